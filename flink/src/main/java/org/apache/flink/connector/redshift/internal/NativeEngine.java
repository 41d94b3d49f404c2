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

/**
 * The native methods. Requests and answers are JSON in UTF-8; rows travel in a direct buffer; a
 * handle is what a {@code make} or {@code open} method returned and is valid until its {@code
 * close} method. No method may be called with a handle by two threads at once, except the {@code
 * interrupt} methods.
 *
 * <p>Errors in the definition of a table arrive as {@code ValidationException}, all others as
 * {@code IOException}.
 */
@Internal
final class NativeEngine {

    private static boolean loaded;

    private NativeEngine() {}

    /**
     * To be called before anything else. Not left to the class's initialisation, of which the JVM
     * tells the cause of a failure only once and never tries again.
     *
     * @throws IOException with what to do, when this machine cannot run the engine
     */
    static synchronized void load() throws IOException {
        if (!loaded) {
            NativeLibrary.load();
            loaded = true;
        }
    }

    /** From options, columns and key to a checked plan. Pure: no network, no files. */
    static native byte[] planSink(byte[] request);

    static native long makeWriter(byte[] plan, byte[] context) throws IOException;

    /** Opens a session for the length of the call, to compare the target's columns. */
    static native void startWriter(long writer) throws IOException;

    /**
     * Takes over the first {@code length} bytes of a direct buffer, which may be reused after the
     * call. Blocks while the writer's memory is used up.
     */
    static native void write(long writer, ByteBuffer frames, int length, long rows)
            throws IOException;

    /**
     * Blocks until everything written so far is durable: in copy mode as finished files, which are
     * returned as {@code {"files":[],"rejects":[]}}; in jdbc mode as committed rows, and both are
     * empty.
     */
    static native byte[] finish(long writer) throws IOException;

    /**
     * Fills in rows, bytes, files, retries, the milliseconds of the last send, and rejected rows.
     */
    static native void readMetrics(long writer, long[] metrics);

    /** From any thread: makes blocked and later calls fail soon. */
    static native void interruptWriter(long writer);

    static native void closeWriter(long writer) throws IOException;

    static native long openCommitter(byte[] plan, byte[] context) throws IOException;

    /** Writes the manifest of one checkpoint and returns the committable. */
    static native byte[] makeCommittable(long committer, byte[] request) throws IOException;

    /** Blocks until the committable is known to be committed; retries are made inside. */
    static native byte[] commit(long committer, byte[] committable) throws IOException;

    /** From any thread: makes a running call fail soon, and every later one at once. */
    static native void interruptCommitter(long committer);

    static native void closeCommitter(long committer) throws IOException;
}
