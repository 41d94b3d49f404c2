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

import org.apache.flink.connector.redshift.testing.FailOnce;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.Leftovers;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** jdbc mode: rows in batches over the wire, at least once. */
class InsertModeTest {

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("insert");

    @BeforeEach
    void createTable() throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT)");
    }

    @Test
    void rowsBecomeVisibleAfterTheFlushIntervalWithoutCheckpoints() throws Exception {
        final StreamExecutionEnvironment environment = Jobs.environment(1);
        Jobs.numbers(environment, Long.MAX_VALUE, 50)
                .sinkTo(
                        sink(
                                Map.of(
                                        "sink.batch-size", "1000000",
                                        "sink.flush-interval", "200 ms")));
        final JobClient job = environment.executeAsync();
        try {
            awaitRows();
        } finally {
            job.cancel().get(60, TimeUnit.SECONDS);
        }
    }

    @Test
    void noCheckpointCompletesBeforeItsRowsAreCommitted() throws Exception {
        final StreamExecutionEnvironment environment =
                Jobs.withCheckpoints(1, Duration.ofMillis(100));
        // Nothing but checkpoints sends these rows.
        Jobs.numbers(environment, Long.MAX_VALUE, 1000)
                .map(new FailOnce<>(table, Integer.MAX_VALUE))
                .sinkTo(
                        sink(
                                Map.of(
                                        "sink.batch-size", "1000000",
                                        "sink.flush-interval", "1 h")));
        try (Connection connection = warehouse.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute("LOCK TABLE " + table);
            final JobClient job = environment.executeAsync();
            try {
                Leftovers.awaitLockWait(table);
                // The task is kept from passing the checkpoint's barrier on: it cannot complete.
                assertThat(taskFlushesBeforeTheBarrier()).isTrue();
                assertThat(FailOnce.elementsInCheckpoints(table)).isZero();
                connection.rollback();

                FailOnce.awaitCheckpoint(table);
                final long covered = FailOnce.elementsInCheckpoints(table);
                assertThat(warehouse.number("SELECT COUNT(DISTINCT id) FROM " + table))
                        .isGreaterThanOrEqualTo(covered);
            } finally {
                job.cancel().get(60, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void noRowIsLostWhenTheJobFailsOver() throws Exception {
        final StreamExecutionEnvironment environment =
                Jobs.withCheckpoints(2, Duration.ofMillis(300));
        Jobs.numbers(environment, 4000, 2000).map(new FailOnce<>(table, 2)).sinkTo(sink(Map.of()));
        environment.execute();
        assertThat(FailOnce.failures(table)).isEqualTo(1);
        assertThat(warehouse.number("SELECT COUNT(DISTINCT id) FROM " + table)).isEqualTo(4000);
    }

    /** Whether a task of this JVM is inside the native flush that a checkpoint asked for. */
    private static boolean taskFlushesBeforeTheBarrier() {
        return Thread.getAllStackTraces().values().stream()
                .map(stack -> Arrays.stream(stack).map(StackTraceElement::getMethodName).toList())
                .anyMatch(
                        methods ->
                                methods.contains("finish")
                                        && methods.contains("prepareSnapshotPreBarrier"));
    }

    private void awaitRows() throws Exception {
        final Instant deadline = Instant.now().plusSeconds(60);
        while (warehouse.number("SELECT COUNT(*) FROM " + table) == 0) {
            assertThat(Instant.now()).isBefore(deadline);
            Thread.sleep(100);
        }
    }

    private RedshiftSink<Long> sink(Map<String, String> options) {
        return RedshiftSink.<Long>builder()
                .setOptions(warehouse.options("jdbc", table))
                .setOptions(options)
                .setSchema(DataTypes.ROW(DataTypes.FIELD("id", DataTypes.BIGINT())))
                .setConverter(GenericRowData::of)
                .build();
    }
}
