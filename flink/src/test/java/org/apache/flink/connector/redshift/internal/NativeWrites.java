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

package org.apache.flink.connector.redshift.internal;

import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.writer.BinaryRowWriter;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.VarCharType;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;

/** Writes through the native engine without a Flink cluster around it. */
final class NativeWrites {

    private NativeWrites() {}

    /** One row with nothing but an id goes through the files into the table. */
    static void writeAndCommit(Map<String, String> options) throws Exception {
        final SinkPlan plan = plan(options, 0);
        final String jobId = newId();
        final String files = stage(plan, jobId, 1, 1, 0);
        try (NativeCommitter committer =
                NativeCommitter.open(plan, HostEnvironment.NONE, jobId, newId(), 0)) {
            committer.commit(committer.makeCommittable(jobId, newId(), 1, null, List.of(files)));
        }
    }

    /**
     * Writes one buffer of rows again and again: an id and columns t0, t1, ... of random digits
     * that fill it. The files are finished and left where they are.
     */
    static void stage(Map<String, String> options, int buffers, int rowsPerBuffer, int texts)
            throws Exception {
        stage(plan(options, texts), newId(), buffers, rowsPerBuffer, texts);
    }

    static String stage(SinkPlan plan, String jobId, int buffers, int rowsPerBuffer, int texts)
            throws Exception {
        final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 20);
        final int length = fill(buffer, rowsPerBuffer, texts);
        try (NativeWriter writer =
                NativeWriter.open(plan, HostEnvironment.NONE, jobId, newId(), 0, false)) {
            for (int i = 0; i < buffers; i++) {
                writer.write(buffer, length, rowsPerBuffer);
            }
            return writer.finish();
        }
    }

    static SinkPlan plan(Map<String, String> options, int texts) {
        final List<String> names = new ArrayList<>(List.of("id"));
        final List<LogicalType> types = new ArrayList<>(List.of(new BigIntType()));
        for (int i = 0; i < texts; i++) {
            names.add("t" + i);
            types.add(VarCharType.STRING_TYPE);
        }
        return SinkPlan.make(
                options,
                RowType.of(types.toArray(new LogicalType[0]), names.toArray(new String[0])),
                List.of(),
                false);
    }

    static String newId() {
        return UUID.randomUUID().toString();
    }

    static int fill(ByteBuffer buffer, int rows, int texts) {
        final MemorySegment target = MemorySegmentFactory.wrapOffHeapMemory(buffer);
        final Random random = new Random(7);
        // Length, null bits, a slot per field; texts are padded to whole words.
        final int fixedBytes =
                4 + BinaryRowData.calculateBitSetWidthInBytes(1 + texts) + 8 * (1 + texts);
        final int textBytes =
                texts == 0 ? 0 : (buffer.capacity() / rows - fixedBytes) / texts / 8 * 8;
        final BinaryRowData row = new BinaryRowData(1 + texts);
        final BinaryRowWriter writer = new BinaryRowWriter(row);
        int position = 0;
        for (int i = 0; i < rows; i++) {
            writer.reset();
            writer.writeLong(0, i);
            for (int t = 0; t < texts; t++) {
                writer.writeBinary(1 + t, digits(random, textBytes));
            }
            writer.complete();
            target.putIntLittleEndian(position, row.getSizeInBytes());
            row.getSegments()[0].copyTo(
                    row.getOffset(), target, position + 4, row.getSizeInBytes());
            position += 4 + row.getSizeInBytes();
        }
        return position;
    }

    private static byte[] digits(Random random, int count) {
        final byte[] text = new byte[count];
        for (int i = 0; i < count; i++) {
            text[i] = (byte) ('0' + random.nextInt(10));
        }
        return text;
    }
}
