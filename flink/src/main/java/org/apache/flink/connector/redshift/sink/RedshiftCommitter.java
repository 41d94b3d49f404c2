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
import org.apache.flink.connector.redshift.internal.CommitOutcome;
import org.apache.flink.connector.redshift.internal.HostEnvironment;
import org.apache.flink.connector.redshift.internal.NativeCommitter;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.metrics.Counter;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Collection;
import java.util.UUID;

/**
 * Loads what checkpoints have staged. All retrying is done by the native engine, with back-off; an
 * error that arrives here fails the job, so that the committable is tried again after the restart.
 */
@Internal
final class RedshiftCommitter implements Committer<Committable> {

    private static final Logger LOG = LoggerFactory.getLogger(RedshiftCommitter.class);

    private final SinkPlan plan;
    private final HostEnvironment environment;
    private final String jobId;
    private final int subtask;
    private final Counter commits;
    private final Counter retries;
    private final Counter totalCommitTime;
    private long lastCommitTime;
    private NativeCommitter committer;

    RedshiftCommitter(SinkPlan plan, CommitterInitContext context) {
        this.plan = plan;
        this.environment = HostEnvironment.of(context);
        this.jobId = context.getJobInfo().getJobId().toString();
        this.subtask = context.getTaskInfo().getIndexOfThisSubtask();
        this.commits = context.metricGroup().counter("numCommits");
        this.retries = context.metricGroup().counter("numCommitRetries");
        this.totalCommitTime = context.metricGroup().counter("totalCommitTime");
        context.metricGroup().gauge("lastCommitTime", () -> lastCommitTime);
    }

    @Override
    public void commit(Collection<CommitRequest<Committable>> requests) throws IOException {
        for (CommitRequest<Committable> request : requests) {
            if (committer == null) {
                // Not before: all subtasks but one never commit anything.
                committer =
                        NativeCommitter.open(
                                plan, environment, jobId, UUID.randomUUID().toString(), subtask);
            }
            final CommitOutcome outcome = committer.commit(request.getCommittable().json());
            report(outcome);
            if (outcome.wasCommittedBefore()) {
                request.signalAlreadyCommitted();
            }
        }
    }

    private void report(CommitOutcome outcome) {
        commits.inc();
        retries.inc(outcome.attempts() - 1);
        totalCommitTime.inc(outcome.millis());
        lastCommitTime = outcome.millis();
        if (outcome.wasSkipped()) {
            LOG.warn(
                    "Skipped a commit into {} that is older than 'sink.ledger.retention', as"
                            + " 'sink.commit.expired' says.",
                    plan.table());
        } else {
            LOG.info(
                    "{} {} rows into {} in {} ms (attempts: {}).",
                    outcome.wasCommittedBefore() ? "Had committed" : "Committed",
                    outcome.rows(),
                    plan.table(),
                    outcome.millis(),
                    outcome.attempts());
        }
        if (!outcome.note().isEmpty()) {
            LOG.warn("Of the commits into {}: {}", plan.table(), outcome.note());
        }
        if (!outcome.warning().isEmpty()) {
            LOG.warn("After the commit into {}: {}", plan.table(), outcome.warning());
        }
    }

    @Override
    public void close() throws IOException {
        if (committer != null) {
            committer.close();
        }
    }
}
