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
import org.apache.flink.core.memory.MemorySegment;
import org.apache.flink.core.memory.MemorySegmentFactory;
import org.apache.flink.core.memory.MemoryUtils;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Direct memory for rows on their way into native code, given back by {@link #close}. Left to the
 * garbage collector it would stay until a collection of the heap, which may be hours away.
 */
@Internal
final class DirectMemory implements AutoCloseable {

    private final ByteBuffer buffer;
    private final MemorySegment segment;

    private DirectMemory(ByteBuffer buffer) {
        this.buffer = buffer;
        this.segment = MemorySegmentFactory.wrapOffHeapMemory(buffer);
    }

    /**
     * @param table whose rows it is for, to be named in the error
     * @throws IOException with what to do, when the JVM has no more
     */
    static DirectMemory allocate(int bytes, String table) throws IOException {
        try {
            return new DirectMemory(ByteBuffer.allocateDirect(bytes));
        } catch (OutOfMemoryError error) {
            throw new IOException(
                    "The JVM has no "
                            + bytes
                            + " bytes of direct memory left ("
                            + error.getMessage()
                            + ") for rows on their way into "
                            + table
                            + ". Each subtask of a Redshift sink needs 1 MB, and room for a longer row:"
                            + " raise 'taskmanager.memory.task.off-heap.size', or run fewer subtasks in"
                            + " one TaskManager.",
                    error);
        }
    }

    /** For native code; not to be read or written once this is closed. */
    ByteBuffer buffer() {
        return buffer;
    }

    /** Refuses every access once this is closed. */
    MemorySegment segment() {
        return segment;
    }

    /** Safe to repeat. */
    @Override
    public void close() {
        if (!segment.isFreed()) {
            segment.free();
            MemoryUtils.UNSAFE.invokeCleaner(buffer);
        }
    }
}
