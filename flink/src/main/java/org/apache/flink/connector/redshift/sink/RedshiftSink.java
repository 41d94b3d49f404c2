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

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.redshift.internal.HostEnvironment;
import org.apache.flink.connector.redshift.internal.NativeWriter;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.streaming.api.connector.sink2.SupportsPreWriteTopology;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.table.types.logical.RowType;

import java.io.IOException;
import java.util.Optional;
import java.util.UUID;

/**
 * Writes a stream into an Amazon Redshift table.
 *
 * <pre>{@code
 * stream.sinkTo(
 *     RedshiftSink.<Trip>builder()
 *         .setOption("hostname", "my-cluster.example.com")
 *         .setOption("database-name", "dev")
 *         .setOption("table-name", "public.trips")
 *         .setOption("username", "awsuser")
 *         .setOption("password-file", "/run/secrets/redshift")
 *         .setOption("sink.write.mode", "copy")
 *         .setOption("s3-uri", "s3://my-bucket/staging")
 *         .setSchema(
 *             DataTypes.ROW(
 *                 DataTypes.FIELD("id", DataTypes.BIGINT()),
 *                 DataTypes.FIELD("city", DataTypes.STRING())))
 *         .setConverter(trip -> GenericRowData.of(trip.id, StringData.fromString(trip.city)))
 *         .build());
 * }</pre>
 *
 * <p>The options are those of the SQL connector. In copy mode rows are staged on S3 and loaded with
 * COPY, exactly once, at every checkpoint, or at the end of a bounded job without checkpoints. In
 * jdbc mode rows are inserted over the wire, at least once.
 *
 * <p>Without a primary key every row is added. With one ({@link RedshiftSinkBuilder#setPrimaryKey},
 * or a schema that has one) the kind of the converted row decides: {@code INSERT} and {@code
 * UPDATE_AFTER} put the row in the place of the one with its key, {@code DELETE} and {@code
 * UPDATE_BEFORE} remove that one and need no fields but the key. Changes of one key count in the
 * order in which they reach the sink.
 *
 * @param <T> type of the stream's elements
 */
@PublicEvolving
public abstract class RedshiftSink<T> implements Sink<T>, SupportsPreWriteTopology<T> {

    private static final long serialVersionUID = 1L;

    private final SinkPlan plan;
    private final RowType rowType;
    private final CheckedConverter<T> converter;

    RedshiftSink(SinkPlan plan, RowType rowType, RedshiftRowConverter<T> converter) {
        this.plan = plan;
        this.rowType = rowType;
        this.converter = new CheckedConverter<>(converter, rowType.getFieldCount(), plan.table());
    }

    public static <T> RedshiftSinkBuilder<T> builder() {
        return new RedshiftSinkBuilder<>();
    }

    /**
     * The value of {@code sink.parallelism}. SQL jobs follow it by themselves; in a DataStream job
     * give it to {@code sinkTo(sink).setParallelism(...)}.
     */
    public Optional<Integer> getParallelism() {
        return Optional.ofNullable(plan.parallelism());
    }

    /**
     * Divides the input by the primary key, so that changes of one key stay in order: Flink itself
     * does so in some plans only, and knows nothing of which keys are equal in Redshift. One
     * subtask is no exception: without the shuffle its operators would be chained otherwise and
     * have other ids, and a savepoint could not be restored with two.
     */
    @Override
    public DataStream<T> addPreWriteTopology(DataStream<T> input) {
        if (plan.primaryKey().isEmpty()) {
            return input;
        }
        final KeyHash<T> key = new KeyHash<>(converter, rowType, plan.primaryKey());
        // The shuffle of keyBy without its keyed context, which would compute every key once more.
        // A custom partitioner is no way: it is refused under unaligned checkpoints.
        return new DataStream<>(
                input.getExecutionEnvironment(), input.keyBy(key, Types.INT).getTransformation());
    }

    /** The table that is written, as people write its name. */
    public String getTable() {
        return plan.table();
    }

    SinkPlan plan() {
        return plan;
    }

    /**
     * @param restored whether an earlier run of this sink had a ledger, which must then be there
     */
    RowHandOver<T> openRows(WriterInitContext context, boolean restored) throws IOException {
        final NativeWriter writer =
                NativeWriter.open(
                        plan,
                        HostEnvironment.of(context),
                        context.getJobInfo().getJobId().toString(),
                        UUID.randomUUID().toString(),
                        context.getTaskInfo().getIndexOfThisSubtask(),
                        restored);
        try {
            return new RowHandOver<>(plan, rowType, converter, writer, context);
        } catch (Throwable error) {
            writer.closeAfter(error);
            throw error;
        }
    }

    @Override
    public String toString() {
        return "RedshiftSink{" + plan + "}";
    }
}
