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

import org.apache.flink.connector.redshift.testing.Leftovers;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.connector.redshift.testing.SlowGate;
import org.apache.flink.connector.redshift.testing.StagedObjects;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Whatever fails in the middle is an IOException, and nothing of it is left in the process. */
class NativeFailuresTest {

    private static final int ROWS = 64;

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("failures");
    private final Map<String, String> options = warehouse.options("copy", table);
    private final ByteBuffer rows = ByteBuffer.allocateDirect(1 << 20);
    private int length;

    @BeforeEach
    void prepare() throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT, t0 VARCHAR(20000))");
        length = NativeWrites.fill(rows, ROWS, 1);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        Leftovers.awaitNoThreads();
        assertThat(new StagedObjects(warehouse, "staging/" + table).keys()).isEmpty();
    }

    @Test
    void writerThatCannotBeOpenedLeavesNothing() throws Exception {
        leavesNoDescriptors(
                () -> {
                    final Map<String, String> missing = warehouse.options("copy", table + "_not");
                    assertFails(() -> open(missing), table + "_not");
                    options.put("aws.endpoint", "http://127.0.0.1:1");
                    assertFails(() -> open(options), "127.0.0.1:1");
                });
    }

    @Test
    void openingAtAServerThatNeverAnswersEndsWithAnInterrupt() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            options.put("port", String.valueOf(silent.getLocalPort()));
            options.put("connect.timeout", "1 h");
            final SinkPlan plan = NativeWrites.plan(options, 1);
            interrupted(() -> assertFails(() -> open(plan), "Stopped on request"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void writerThatFailsInTheMiddleLeavesNothing(String mode) throws Exception {
        warehouse.execute("DROP TABLE " + table);
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT, t0 VARCHAR(5))");
        leavesNoDescriptors(
                () -> {
                    final NativeWriter writer = open(warehouse.options(mode, table));
                    // The rows go over in parts: what the first meets may be told with the next.
                    assertFails(
                            () -> {
                                writer.write(rows, length, ROWS);
                                writer.finish();
                            },
                            "t0");
                    assertFails(() -> writer.write(rows, length, ROWS), "t0");
                    closeForGood(writer);
                });
    }

    @Test
    void interruptEndsAFlushThatWaitsForALock() throws Exception {
        try (Connection holder = warehouse.connect();
                Statement statement = holder.createStatement()) {
            final NativeWriter writer = open(warehouse.options("jdbc", table));
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE " + table);
            writer.write(rows, length, ROWS);
            Leftovers.awaitLockWait(table);
            interrupted(() -> assertFails(writer::finish, "stopped"));
            closeForGood(writer);
            holder.rollback();
        }
        assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isZero();
    }

    @Test
    void writerThatIsClosedBeforeItsRowsAreStagedLeavesNothing() throws Exception {
        leavesNoDescriptors(
                () -> {
                    final NativeWriter writer = open(options);
                    writer.write(rows, length, ROWS);
                    closeForGood(writer);
                });
    }

    @Test
    void interruptEndsAWriteThatWaitsForSlowS3() throws Exception {
        options.put("sink.copy.memory", "32mb");
        options.put("sink.copy.compression", "none");
        try (SlowGate gate = new SlowGate(URI.create(options.get("aws.endpoint")), 1 << 20)) {
            options.put("aws.endpoint", gate.url());
            final NativeWriter writer = open(options);
            interrupted(
                    () ->
                            assertFails(
                                    () -> {
                                        while (true) {
                                            writer.write(rows, length, ROWS);
                                        }
                                    },
                                    "interrupted"));
            closeForGood(writer);
        }
    }

    @Test
    void committerThatFailsInTheMiddleLeavesNothing() throws Exception {
        final SinkPlan plan = NativeWrites.plan(options, 1);
        final String files = NativeWrites.stage(plan, NativeWrites.newId(), 1, ROWS, 1);
        warehouse.execute("DROP TABLE " + table);
        leavesNoDescriptors(
                () -> {
                    final NativeCommitter committer =
                            NativeCommitter.open(
                                    plan, HostEnvironment.NONE, "job", NativeWrites.newId(), 0);
                    final String committable =
                            committer.makeCommittable(
                                    "job", NativeWrites.newId(), 1, null, List.of(files));
                    assertFails(() -> committer.commit(committable), table);
                    committer.close();
                    committer.close();
                    assertThatThrownBy(() -> committer.commit(committable))
                            .isInstanceOf(IllegalStateException.class);
                });
        // A commit that failed keeps what it could not load.
        new StagedObjects(warehouse, "staging/" + table).deleteAll();
    }

    private static NativeWriter open(Map<String, String> with) throws IOException {
        return open(NativeWrites.plan(with, 1));
    }

    private static NativeWriter open(SinkPlan plan) throws IOException {
        return NativeWriter.open(
                plan, HostEnvironment.NONE, NativeWrites.newId(), NativeWrites.newId(), 0, false);
    }

    private static void closeForGood(NativeWriter writer) throws IOException {
        writer.close();
        writer.close();
        assertThatThrownBy(writer::finish).isInstanceOf(IllegalStateException.class);
    }

    private static void assertFails(ThrowingCallable call, String named) {
        assertThatThrownBy(call).isInstanceOf(IOException.class).hasMessageContaining(named);
    }

    /** Runs with the thread's interrupt pending, as Flink leaves it when it cancels a task. */
    private static void interrupted(Runnable call) {
        Thread.currentThread().interrupt();
        try {
            call.run();
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    /** The first time for what a JVM and libraries open once and keep. */
    private static void leavesNoDescriptors(Action action) throws Exception {
        action.run();
        final long before = descriptors();
        for (int i = 0; i < 3; i++) {
            action.run();
        }
        assertThat(descriptors()).isLessThanOrEqualTo(before);
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }
}
