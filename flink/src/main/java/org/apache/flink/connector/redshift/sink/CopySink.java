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
import org.apache.flink.api.connector.sink2.CommitterInitContext;
import org.apache.flink.api.connector.sink2.CommittingSinkWriter;
import org.apache.flink.api.connector.sink2.StatefulSinkWriter;
import org.apache.flink.api.connector.sink2.SupportsCommitter;
import org.apache.flink.api.connector.sink2.SupportsWriterState;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessage;
import org.apache.flink.streaming.api.connector.sink2.CommittableMessageTypeInfo;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreCommitTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.transformations.SinkTransformation;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.logical.RowType;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * Copy mode: each subtask stages files; at a checkpoint one operator writes one manifest of them
 * all and emits one committable; the committer loads it in one transaction.
 */
@Internal
final class CopySink<T> extends RedshiftSink<T>
        implements SupportsCommitter<Committable>,
                SupportsPreCommitTopology<StagedFiles, Committable>,
                SupportsWriterState<T, KnownLedger> {

    private static final long serialVersionUID = 1L;

    CopySink(SinkPlan plan, RowType rowType, RedshiftRowConverter<T> converter) {
        super(plan, rowType, converter);
    }

    @Override
    public StatefulSinkWriter<T, KnownLedger> createWriter(WriterInitContext context)
            throws IOException {
        return new Writer<>(openRows(context, /* restored */ false));
    }

    @Override
    public StatefulSinkWriter<T, KnownLedger> restoreWriter(
            WriterInitContext context, Collection<KnownLedger> state) throws IOException {
        // None where the savepoint is one of jdbc mode, or the sink is new in the job.
        return new Writer<>(openRows(context, !state.isEmpty()));
    }

    @Override
    public SimpleVersionedSerializer<KnownLedger> getWriterStateSerializer() {
        return JsonSerializer.ofKnownLedgers();
    }

    @Override
    public DataStream<CommittableMessage<Committable>> addPreCommitTopology(
            DataStream<CommittableMessage<StagedFiles>> stagedFiles) {
        final CommitMoment moment =
                CommitMoment.of(
                        stagedFiles.getExecutionEnvironment(),
                        stagedFiles.getTransformation(),
                        plan().table());
        if (plan().isOverwrite()) {
            moment.checkOverwrite(plan().table());
        }
        if (moment.runId() != null) {
            checkNamedRun(stagedFiles.getExecutionEnvironment());
        }
        // No uid: it is refused where the sink itself has none, as in SQL.
        return stagedFiles
                .global()
                .transform(
                        "Redshift manifest",
                        CommittableMessageTypeInfo.of(JsonSerializer::ofCommittables),
                        new ManifestOperator(plan(), moment))
                .setParallelism(1)
                .setMaxParallelism(1)
                .global();
    }

    /** Of two sinks with one run's name the second would be taken for a repeat of the first. */
    private void checkNamedRun(StreamExecutionEnvironment environment) {
        final String run = plan().namedRun();
        if (run == null) {
            return;
        }
        final long sinks =
                environment.getTransformations().stream()
                        .distinct()
                        .filter(step -> step instanceof SinkTransformation)
                        .map(step -> ((SinkTransformation<?, ?>) step).getSink())
                        .filter(sink -> sink instanceof CopySink)
                        .filter(sink -> run.equals(((CopySink<?>) sink).plan().namedRun()))
                        .count();
        if (sinks > 1) {
            throw new ValidationException(
                    sinks
                            + " sinks of this job write into "
                            + plan().table()
                            + " under the same 'sink.run-id': all but the first would be taken for"
                            + " repeats and their rows left out. Give each a name of its own, or unite"
                            + " their streams before one sink.");
        }
    }

    @Override
    public RedshiftCommitter createCommitter(CommitterInitContext context) {
        return new RedshiftCommitter(plan(), context);
    }

    @Override
    public SimpleVersionedSerializer<Committable> getCommittableSerializer() {
        return JsonSerializer.ofCommittables();
    }

    @Override
    public SimpleVersionedSerializer<StagedFiles> getWriteResultSerializer() {
        return JsonSerializer.ofStagedFiles();
    }

    private record Writer<T>(RowHandOver<T> rows)
            implements CommittingSinkWriter<T, StagedFiles>, StatefulSinkWriter<T, KnownLedger> {

        @Override
        public void write(T element, Context context) throws IOException {
            rows.add(element);
        }

        @Override
        public void flush(boolean endOfInput) throws IOException {
            rows.handOver();
        }

        @Override
        public Collection<StagedFiles> prepareCommit() throws IOException {
            final StagedFiles files = new StagedFiles(rows.finish());
            return files.isEmpty() ? List.of() : List.of(files);
        }

        @Override
        public List<KnownLedger> snapshotState(long checkpointId) {
            return List.of(new KnownLedger("{}"));
        }

        @Override
        public void close() throws IOException {
            rows.close();
        }
    }
}
