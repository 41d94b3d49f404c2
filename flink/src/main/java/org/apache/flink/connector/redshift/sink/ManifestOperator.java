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
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeutils.base.StringSerializer;
import org.apache.flink.connector.redshift.internal.HostEnvironment;
import org.apache.flink.connector.redshift.internal.NativeCommitter;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableSummary;
import org.apache.flink.streaming.api.connector.sink2.CommittableWithLineage;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;
import org.apache.flink.streaming.api.operators.BoundedOneInput;
import org.apache.flink.streaming.api.operators.OneInputStreamOperator;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Makes one committable per checkpoint out of the files of all subtasks. Runs at parallelism 1.
 * What it was given since the last barrier leaves with the next one, so that checkpoints hold none
 * of it. A run that commits at its end emits nothing before, since a second committable would be
 * taken for a repeat of the first: there a savepoint, which anyone may take, holds what waits.
 *
 * <p>The barrier's id counts, not the ids in the messages: a writer that finished early stamps its
 * files with its own last id plus one. Nor does it wait for every subtask, since finished ones are
 * silent. Where there is nothing to commit it emits nothing, not even a summary: the last barrier
 * repeats the id of the end of the input, and a second summary for that would be wrong. Only an
 * overwrite has something to commit without files: the table's rows go.
 */
@Internal
final class ManifestOperator extends AbstractStreamOperator<CommittableMessage<Committable>>
        implements OneInputStreamOperator<
                        CommittableMessage<StagedFiles>, CommittableMessage<Committable>>,
                BoundedOneInput {

    private static final long serialVersionUID = 1L;

    private final SinkPlan plan;
    private final CommitMoment moment;

    private transient ListState<String> waiting;
    private transient List<String> files;
    private transient long highestId;
    private transient String attemptId;
    private transient NativeCommitter committer;

    ManifestOperator(SinkPlan plan, CommitMoment moment) {
        this.plan = plan;
        this.moment = moment;
    }

    @Override
    public void open() throws Exception {
        super.open();
        highestId = 1;
        attemptId = UUID.randomUUID().toString();
    }

    @Override
    public void processElement(StreamRecord<CommittableMessage<StagedFiles>> element) {
        final CommittableMessage<StagedFiles> message = element.getValue();
        highestId = Math.max(highestId, message.getCheckpointId());
        if (message instanceof CommittableWithLineage<StagedFiles> staged) {
            files.add(staged.getCommittable().json());
        }
    }

    @Override
    public void prepareSnapshotPreBarrier(long checkpointId) throws Exception {
        super.prepareSnapshotPreBarrier(checkpointId);
        if (moment.runId() == null && !files.isEmpty()) {
            emit(checkpointId);
        }
    }

    @Override
    public void initializeState(StateInitializationContext context) throws Exception {
        super.initializeState(context);
        waiting =
                context.getOperatorStateStore()
                        .getListState(
                                new ListStateDescriptor<>("waiting", StringSerializer.INSTANCE));
        files = new ArrayList<>();
        waiting.get().forEach(files::add);
    }

    @Override
    public void snapshotState(StateSnapshotContext context) throws Exception {
        super.snapshotState(context);
        waiting.update(files);
    }

    @Override
    public void endInput() throws Exception {
        if (!files.isEmpty() || plan.isOverwrite()) {
            emit(highestId);
        }
    }

    private void emit(long checkpointId) throws IOException {
        final String jobId = getRuntimeContext().getJobInfo().getJobId().toString();
        if (committer == null) {
            committer =
                    NativeCommitter.open(
                            plan, HostEnvironment.of(getRuntimeContext()), jobId, attemptId, 0);
        }
        final String committable =
                committer.makeCommittable(jobId, attemptId, checkpointId, moment.runId(), files);
        files.clear();
        output.collect(new StreamRecord<>(summaryOfOne(checkpointId)));
        output.collect(
                new StreamRecord<>(
                        new CommittableWithLineage<>(
                                new Committable(committable), checkpointId, 0)));
    }

    @Override
    public void close() throws Exception {
        try {
            super.close();
        } finally {
            if (committer != null) {
                committer.close();
            }
        }
    }

    /** By the constructor that all supported Flink versions have. */
    @SuppressWarnings("deprecation")
    private static CommittableSummary<Committable> summaryOfOne(long checkpointId) {
        return new CommittableSummary<>(0, 1, checkpointId, 1, 0, 0);
    }
}
