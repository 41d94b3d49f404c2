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

import org.apache.flink.annotation.Internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** One subtask's native writer. For one thread. Must be closed. */
@Internal
public final class NativeWriter implements AutoCloseable {

    private final long[] metrics = new long[6];
    private final InterruptWatch watch =
            new InterruptWatch(() -> NativeEngine.interruptWriter(handle()));
    private long handle;

    private NativeWriter(long handle) {
        this.handle = handle;
    }

    /**
     * Compares the target with the plan and prepares for rows. Blocks for the network; an interrupt
     * of the thread ends that.
     *
     * @param attemptId never used before: what an earlier attempt staged must not be overwritten
     * @param restored whether the job continues from a checkpoint or savepoint
     */
    public static NativeWriter open(
            SinkPlan plan,
            HostEnvironment environment,
            String jobId,
            String attemptId,
            int subtask,
            boolean restored)
            throws IOException {
        NativeEngine.load();
        final NativeWriter writer =
                new NativeWriter(
                        NativeEngine.makeWriter(
                                plan.plan(),
                                Json.bytes(
                                        Json.object()
                                                .put("job_id", jobId)
                                                .put("attempt_id", attemptId)
                                                .put("subtask", subtask)
                                                .put("restored", restored)
                                                .set("environment", environment.toJson()))));
        try {
            writer.start();
        } catch (Throwable error) {
            writer.closeAfter(error);
            throw error;
        }
        return writer;
    }

    private void start() throws IOException {
        watch.begin();
        try {
            NativeEngine.startWriter(handle());
        } finally {
            watch.end();
        }
    }

    /** Hands over rows; the buffer may be reused afterwards. Blocks while memory is used up. */
    public void write(ByteBuffer frames, int length, long rows) throws IOException {
        watch.begin();
        try {
            NativeEngine.write(handle(), frames, length, rows);
        } finally {
            watch.end();
        }
    }

    /**
     * Blocks until all rows written so far are durable.
     *
     * @return the finished files as JSON: {@code {"files":[],"rejects":[]}} when there are none
     */
    public String finish() throws IOException {
        watch.begin();
        try {
            return new String(NativeEngine.finish(handle()), StandardCharsets.UTF_8);
        } finally {
            watch.end();
        }
    }

    public WriterMetrics metrics() {
        NativeEngine.readMetrics(handle(), metrics);
        return new WriterMetrics(
                metrics[0], metrics[1], metrics[2], metrics[3], metrics[4], metrics[5]);
    }

    private long handle() {
        if (handle == 0) {
            throw new IllegalStateException("This writer is closed.");
        }
        return handle;
    }

    /** Closes after an error, which stays the one that is seen. */
    public void closeAfter(Throwable error) {
        try {
            close();
        } catch (IOException closing) {
            error.addSuppressed(closing);
        }
    }

    /** Gives up what was not finished. Safe to repeat. */
    @Override
    public void close() throws IOException {
        watch.close();
        final long closing = handle;
        handle = 0;
        if (closing != 0) {
            NativeEngine.closeWriter(closing);
        }
    }
}
