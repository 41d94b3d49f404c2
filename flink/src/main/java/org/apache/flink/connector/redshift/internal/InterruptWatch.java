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
import java.util.concurrent.TimeUnit;

/**
 * Carries Java's thread interrupt into native code, which cannot see it: Flink cancels a task by
 * interrupting its thread, and a native call may be waiting for a lock or a slow upload. One daemon
 * thread per watched object, from the first call until close.
 */
@Internal
final class InterruptWatch implements AutoCloseable {

    private static final long INTERVAL_MILLIS = 200;

    private final Runnable interruptNative;
    private Thread caller;
    private Thread watcher;
    private boolean closed;

    InterruptWatch(Runnable interruptNative) {
        this.interruptNative = interruptNative;
    }

    /** A native call of this thread begins. */
    synchronized void begin() throws IOException {
        if (watcher == null) {
            final Thread thread = new Thread(this::watch, "redshift-interrupt-watch");
            thread.setDaemon(true);
            // The thread must not keep the user's class loader through its context.
            thread.setContextClassLoader(null);
            try {
                thread.start();
            } catch (OutOfMemoryError error) {
                throw new IOException(
                        "The Redshift connector cannot start a thread ("
                                + error.getMessage()
                                + "). Raise the limits of threads or memory of this process (ulimit -u,"
                                + " the container's pids and memory), or run fewer subtasks in it.",
                        error);
            }
            watcher = thread;
        }
        caller = Thread.currentThread();
    }

    /** The call has ended. */
    synchronized void end() {
        caller = null;
    }

    private synchronized void watch() {
        while (!closed) {
            if (caller != null && caller.isInterrupted()) {
                interruptNative.run();
                return;
            }
            try {
                TimeUnit.MILLISECONDS.timedWait(this, INTERVAL_MILLIS);
            } catch (InterruptedException error) {
                return;
            }
        }
    }

    /** After this the native object may be freed. */
    @Override
    public synchronized void close() {
        closed = true;
        notifyAll();
    }
}
