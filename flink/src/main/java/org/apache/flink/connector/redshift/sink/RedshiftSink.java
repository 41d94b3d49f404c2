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
import org.apache.flink.api.connector.sink2.Sink;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.redshift.internal.NativeWriter;
import org.apache.flink.connector.redshift.internal.SinkPlan;
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
 * @param <T> type of the stream's elements
 */
@PublicEvolving
public abstract class RedshiftSink<T> implements Sink<T> {

    private static final long serialVersionUID = 1L;

    private final SinkPlan plan;
    private final RowType rowType;
    private final RedshiftRowConverter<T> converter;

    RedshiftSink(SinkPlan plan, RowType rowType, RedshiftRowConverter<T> converter) {
        this.plan = plan;
        this.rowType = rowType;
        this.converter = converter;
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

    SinkPlan plan() {
        return plan;
    }

    RowHandOver<T> openRows(WriterInitContext context) throws IOException {
        final NativeWriter writer =
                NativeWriter.open(
                        plan,
                        context.getJobInfo().getJobId().toString(),
                        UUID.randomUUID().toString(),
                        context.getTaskInfo().getIndexOfThisSubtask(),
                        context.getRestoredCheckpointId().isPresent());
        try {
            return new RowHandOver<>(plan, rowType, converter, writer, context);
        } catch (RuntimeException | Error error) {
            writer.close();
            throw error;
        }
    }

    @Override
    public String toString() {
        return "RedshiftSink{" + plan + "}";
    }
}
