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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What sinks of this JVM must not leave: threads, and sessions on the server. */
public final class Leftovers {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private interface Look {
        List<String> take() throws Exception;
    }

    private Leftovers() {}

    /** Waits until no thread of the connector is left, Java's or native. */
    public static void awaitNoThreads() throws Exception {
        await("threads", Leftovers::threads);
    }

    /** Waits until the server has no session but that of the given connection, and one to look. */
    public static void awaitNoSessionsBut(Connection mine) throws Exception {
        final int pid;
        try (Statement statement = mine.createStatement();
                ResultSet result = statement.executeQuery("SELECT pg_backend_pid()")) {
            result.next();
            pid = result.getInt(1);
        }
        await(
                "sessions",
                () ->
                        LocalWarehouse.shared()
                                .query(
                                        "SELECT process FROM stv_sessions WHERE process NOT IN ("
                                                + pid
                                                + ", pg_backend_pid())")
                                .stream()
                                .map(row -> row.get(0))
                                .toList());
    }

    /** Waits until somebody waits for a lock on a table. */
    public static void awaitLockWait(String table) throws Exception {
        awaitCount(
                "Nobody waits for " + table,
                "SELECT COUNT(*) FROM svv_transactions WHERE NOT granted AND relation = '"
                        + table
                        + "'::regclass::oid");
    }

    /** Waits until a fault whose pattern names a table has fired. */
    public static void awaitFault(String table) throws Exception {
        awaitCount(
                "No fault has fired for " + table,
                "SELECT COUNT(*) FROM local.faults WHERE fired > 0 AND pattern LIKE '%"
                        + table
                        + "%'");
    }

    private static void awaitCount(String otherwise, String query) throws Exception {
        final Instant deadline = Instant.now().plus(PATIENCE);
        while (LocalWarehouse.shared().number(query) == 0) {
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError(otherwise);
            }
            Thread.sleep(20);
        }
    }

    private static void await(String what, Look look) throws Exception {
        final Instant deadline = Instant.now().plus(PATIENCE);
        while (true) {
            final List<String> left = look.take();
            if (left.isEmpty()) {
                return;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new AssertionError("left behind: " + what + " " + left);
            }
            Thread.sleep(50);
        }
    }

    private static List<String> threads() throws IOException, SQLException {
        final List<String> names = new ArrayList<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/self/task"))) {
            threads.forEach(
                    thread -> {
                        try {
                            final String name = Files.readString(thread.resolve("comm")).trim();
                            // The kernel keeps 15 characters of a name.
                            if (name.startsWith("redshift-")) {
                                names.add(name);
                            }
                        } catch (NoSuchFileException ended) {
                            // Meanwhile.
                        } catch (IOException error) {
                            throw new UncheckedIOException(error);
                        }
                    });
        }
        return names;
    }
}
