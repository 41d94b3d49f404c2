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
import org.apache.flink.api.common.operators.ProcessingTimeService;
import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.redshift.internal.NativeWriter;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.types.logical.RowType;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * Collects rows in a direct buffer, as Flink's binary rows each behind its length (int32,
 * little-endian), their kinds of change in their first bytes, and hands them to the native writer
 * in one call: when the buffer is full, when a limit on rows or waiting time is reached, or when
 * asked to.
 */
@Internal
final class RowHandOver<T> implements AutoCloseable {

    static final int BUFFER_BYTES = 1 << 20;
    private static final int LENGTH_BYTES = Integer.BYTES;

    /** No statement of Redshift's is longer, and a row of COPY is at most 4 MB. */
    private static final int MAX_ROW_BYTES = 16 << 20;

    private final BinaryRows binaryRows;
    private final CheckedConverter<T> converter;
    private final NativeWriter writer;
    private final SinkMetrics metrics;
    private final ProcessingTimeService time;
    private final String table;
    private final long maxRows;
    private final Duration maxWait;

    private final DirectMemory memory;
    private int position;
    private long rows;
    private boolean timerIsSet;
    private boolean closed;

    RowHandOver(
            SinkPlan plan,
            RowType rowType,
            CheckedConverter<T> converter,
            NativeWriter writer,
            WriterInitContext context)
            throws IOException {
        this.binaryRows = new BinaryRows(rowType, plan.table());
        this.converter = converter;
        this.writer = writer;
        this.metrics = new SinkMetrics(context.metricGroup());
        this.time = context.getProcessingTimeService();
        this.table = plan.table();
        this.maxRows = plan.batchRows() > 0 ? plan.batchRows() : Long.MAX_VALUE;
        this.maxWait = plan.flushInterval();
        // Last: nobody closes what was not made.
        this.memory = DirectMemory.allocate(BUFFER_BYTES, table);
    }

    void add(T element) throws IOException {
        final BinaryRowData row = binaryRows.of(converter.convert(element));
        final int size = LENGTH_BYTES + row.getSizeInBytes();
        if (size > BUFFER_BYTES - position) {
            handOver();
        }
        if (size > BUFFER_BYTES) {
            handOverAlone(row, size);
            return;
        }
        put(row, memory.segment(), position);
        position += size;
        rows++;
        if (rows >= maxRows) {
            handOver();
        } else {
            setTimer();
        }
    }

    /** Gives all rows to the native writer; blocks while its memory is used up. */
    void handOver() throws IOException {
        if (rows == 0) {
            return;
        }
        final int length = position;
        final long count = rows;
        position = 0;
        rows = 0;
        write(memory.buffer(), length, count);
    }

    /** Hands over, then blocks until everything is durable. Returns the staged files, JSON. */
    String finish() throws IOException {
        handOver();
        try {
            return writer.finish();
        } catch (IOException error) {
            metrics.failed();
            throw error;
        } finally {
            metrics.update(writer.metrics());
        }
    }

    private void handOverAlone(BinaryRowData row, int size) throws IOException {
        if (size > MAX_ROW_BYTES) {
            throw new IOException(
                    "A row of "
                            + size
                            + " bytes cannot be written into "
                            + table
                            + ": COPY loads rows of at most 4 MB, and a statement has at most 16 MB.");
        }
        try (DirectMemory large = DirectMemory.allocate(size, table)) {
            put(row, large.segment(), 0);
            write(large.buffer(), size, 1);
        }
    }

    private void write(ByteBuffer frames, int length, long count) throws IOException {
        try {
            writer.write(frames, length, count);
        } catch (IOException error) {
            metrics.failed();
            throw error;
        } finally {
            metrics.update(writer.metrics());
        }
    }

    /** The row may be reused by its owner, and may span several memory segments. */
    private static void put(BinaryRowData row, MemorySegment target, int targetOffset) {
        int remaining = row.getSizeInBytes();
        target.putIntLittleEndian(targetOffset, remaining);
        int to = targetOffset + LENGTH_BYTES;
        int from = row.getOffset();
        for (MemorySegment source : row.getSegments()) {
            if (from >= source.size()) {
                from -= source.size();
                continue;
            }
            final int count = Math.min(remaining, source.size() - from);
            source.copyTo(from, target, to, count);
            to += count;
            remaining -= count;
            from = 0;
            if (remaining == 0) {
                break;
            }
        }
    }

    private void setTimer() {
        if (timerIsSet || maxWait.isZero()) {
            return;
        }
        timerIsSet = true;
        time.registerTimer(
                time.getCurrentProcessingTime() + maxWait.toMillis(),
                now -> {
                    timerIsSet = false;
                    if (!closed) {
                        handOver();
                    }
                });
    }

    @Override
    public void close() throws IOException {
        closed = true;
        try {
            writer.close();
        } finally {
            memory.close();
        }
    }
}
