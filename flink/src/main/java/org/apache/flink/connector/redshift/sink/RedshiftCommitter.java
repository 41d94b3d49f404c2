/*
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     http://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package org.apache.flink.connector.redshift.sink;

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.connector.sink2.Committer;
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.connector.redshift.internal.NativeCommitter;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.metrics.Counter;

import java.io.IOException;
import java.util.Collection;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/**
 * Loads what checkpoints have staged. All retrying is done by the native engine, with back-off; an
 * error that arrives here fails the job, so that the committable is tried again after the restart.
 */
@Internal
final class RedshiftCommitter implements Committer<Committable> {

    private final SinkPlan plan;
    private final String jobId;
    private final int subtask;
    private final Counter commits;
    private final Counter totalCommitTime;
    private long lastCommitTime;
    private NativeCommitter committer;

    RedshiftCommitter(SinkPlan plan, CommitterInitContext context) {
        this.plan = plan;
        this.jobId = context.getJobInfo().getJobId().toString();
        this.subtask = context.getTaskInfo().getIndexOfThisSubtask();
        this.commits = context.metricGroup().counter("numCommits");
        this.totalCommitTime = context.metricGroup().counter("totalCommitTime");
        context.metricGroup().gauge("lastCommitTime", () -> lastCommitTime);
    }

    @Override
    public void commit(Collection<CommitRequest<Committable>> requests) throws IOException {
        for (CommitRequest<Committable> request : requests) {
            if (committer == null) {
                // Not before: all subtasks but one never commit anything.
                committer =
                        NativeCommitter.open(plan, jobId, UUID.randomUUID().toString(), subtask);
            }
            final long start = System.nanoTime();
            if (committer.commit(request.getCommittable().json())) {
                request.signalAlreadyCommitted();
            }
            lastCommitTime = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            totalCommitTime.inc(lastCommitTime);
            commits.inc();
        }
    }

    @Override
    public void close() throws IOException {
        if (committer != null) {
            committer.close();
        }
    }
}
