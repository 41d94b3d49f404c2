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

package org.apache.flink.connector.redshift.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * Stands between the connector and a server and passes on what the connector sends at a limited
 * rate, all its connections together; small requests get through between large ones. Answers pass
 * as they come. A rate of zero refuses connections and cuts those that are open.
 */
public final class SlowGate implements Closeable {

    private static final int CHUNK_BYTES = 16 << 10;

    private final ServerSocket listener;
    private final URI server;
    private final List<Socket> open = new CopyOnWriteArrayList<>();
    private long bytesPerSecond;
    private long passedBytes;
    private long freeAtNanos = System.nanoTime();

    public SlowGate(URI server, long bytesPerSecond) throws IOException {
        this.server = server;
        this.bytesPerSecond = bytesPerSecond;
        this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        start(this::accept);
    }

    public String url() {
        return "http://127.0.0.1:" + listener.getLocalPort();
    }

    /** Bytes that went through to the server. */
    public synchronized long passedBytes() {
        return passedBytes;
    }

    public void setRate(long newBytesPerSecond) throws IOException {
        synchronized (this) {
            bytesPerSecond = newBytesPerSecond;
            freeAtNanos = System.nanoTime();
            notifyAll();
        }
        if (newBytesPerSecond == 0) {
            cutAll();
        }
    }

    private void accept() throws IOException {
        while (true) {
            final Socket client = listener.accept();
            if (isClosed()) {
                client.close();
                continue;
            }
            final Socket upstream = new Socket(server.getHost(), server.getPort());
            open.add(client);
            open.add(upstream);
            start(() -> pass(client, upstream, true));
            start(() -> pass(upstream, client, false));
        }
    }

    private synchronized boolean isClosed() {
        return bytesPerSecond == 0;
    }

    private void pass(Socket from, Socket to, boolean slowly) throws IOException {
        try (from;
                to) {
            final InputStream input = from.getInputStream();
            final OutputStream output = to.getOutputStream();
            final byte[] chunk = new byte[CHUNK_BYTES];
            int count = input.read(chunk);
            while (count >= 0) {
                if (slowly) {
                    waitFor(count);
                }
                output.write(chunk, 0, count);
                count = input.read(chunk);
            }
        } catch (InterruptedException error) {
            Thread.currentThread().interrupt();
        }
        open.remove(from);
        open.remove(to);
    }

    private synchronized void waitFor(int bytes) throws InterruptedException, IOException {
        if (bytesPerSecond == 0) {
            throw new IOException("closed");
        }
        final long start = Math.max(freeAtNanos, System.nanoTime());
        freeAtNanos = start + bytes * 1_000_000_000L / bytesPerSecond;
        final long until = freeAtNanos;
        for (long left = until - System.nanoTime();
                left > 0 && freeAtNanos >= until;
                left = until - System.nanoTime()) {
            TimeUnit.NANOSECONDS.timedWait(this, left);
        }
        passedBytes += bytes;
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void start(Work work) {
        final Thread thread =
                new Thread(
                        () -> {
                            try {
                                work.run();
                            } catch (IOException ended) {
                                // The connection or the gate is closed.
                            }
                        },
                        "slow-gate");
        thread.setDaemon(true);
        thread.start();
    }

    private void cutAll() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        open.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        setRate(0);
    }
}
