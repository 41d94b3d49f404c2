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

import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.redshift.testing.FailOnce;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.Leftovers;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.connector.redshift.testing.SlowGate;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;

/** S3 takes rows more slowly than they come: the sink holds the job back, within its memory. */
class BackPressureTest {

    private static final int ROW_BYTES = 60_000;
    private static final long MEMORY_BYTES = 32 << 20;
    private static final String TEXT = "x".repeat(ROW_BYTES);

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("pressure");
    private SlowGate gate;
    private JobClient job;

    @BeforeEach
    void prepare() throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT, filler VARCHAR(65535))");
        gate =
                new SlowGate(
                        URI.create(warehouse.options("copy", table).get("aws.endpoint")), 1 << 20);
    }

    @AfterEach
    void end() throws Exception {
        if (job != null && !job.getJobExecutionResult().isDone()) {
            job.cancel();
        }
        gate.close();
    }

    @Test
    void writerThatIsBlockedHoldsNoMoreThanItsMemoryAndEndsWhenCancelled() throws Exception {
        start(Long.MAX_VALUE, false, Duration.ofHours(1));
        // More than fits: from here on rows can move only as fast as S3 takes them.
        awaitBlocked();
        for (int look = 0; look < 20; look++) {
            // In this order: what passes meanwhile only makes the bound wider.
            final long given = FailOnce.elements(table) * ROW_BYTES;
            final long passed = gate.passedBytes();
            assertThat(given - passed).isLessThan(MEMORY_BYTES + 4 * RowHandOver.BUFFER_BYTES);
            Thread.sleep(50);
        }
        job.cancel().get(1, TimeUnit.MINUTES);
        assertThat(job.getJobExecutionResult())
                .failsWithin(1, TimeUnit.MINUTES)
                .withThrowableThat()
                .withMessageContaining("cancelled");
        Leftovers.awaitNoThreads();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void checkpointsCompleteAtThePaceOfS3(boolean unaligned) throws Exception {
        final long rows = 800; // More than fits: the last ones wait for a second at least.
        gate.setRate(12 << 20);
        start(rows, unaligned, Duration.ofMillis(200));
        job.getJobExecutionResult().get(3, TimeUnit.MINUTES);

        assertThat(gate.passedBytes()).isGreaterThan(rows * ROW_BYTES);
        assertThat(warehouse.query("SELECT COUNT(*), COUNT(DISTINCT id) FROM " + table))
                .containsExactly(List.of(String.valueOf(rows), String.valueOf(rows)));
        assertThat(
                        warehouse.number(
                                "SELECT COUNT(*) FROM "
                                        + table
                                        + "_flink_commits WHERE commit_identity <> 'head'"))
                .isGreaterThan(1);
    }

    /** Waits until much is on its way and the writer is found in a hand-over, look after look. */
    private void awaitBlocked() throws InterruptedException {
        final Instant deadline = Instant.now().plusSeconds(60);
        for (int looks = 0; looks < 10; looks = isBlocked() ? looks + 1 : 0) {
            assertThat(Instant.now()).as("the writer is not held back").isBefore(deadline);
            Thread.sleep(20);
        }
    }

    private boolean isBlocked() {
        final long passed = gate.passedBytes();
        return FailOnce.elements(table) * ROW_BYTES - passed > MEMORY_BYTES / 4 && isHandingOver();
    }

    private static boolean isHandingOver() {
        return Thread.getAllStackTraces().values().stream()
                .flatMap(Arrays::stream)
                .anyMatch(
                        frame ->
                                frame.getClassName().endsWith(".NativeEngine")
                                        && frame.getMethodName().equals("write"));
    }

    private void start(long rows, boolean unaligned, Duration interval) throws Exception {
        final Configuration settings = new Configuration();
        settings.setString("restart-strategy.type", "none");
        settings.set(CheckpointingOptions.ENABLE_UNALIGNED, unaligned);
        settings.set(CheckpointingOptions.ALIGNED_CHECKPOINT_TIMEOUT, Duration.ofMillis(50));
        final StreamExecutionEnvironment environment = Jobs.environment(1, settings);
        environment.enableCheckpointing(interval.toMillis());
        Jobs.numbers(environment, rows, 1e6)
                .map(new FailOnce<>(table, Integer.MAX_VALUE))
                .sinkTo(
                        RedshiftSink.<Long>builder()
                                .setOptions(warehouse.options("copy", table))
                                .setOptions(
                                        Map.of(
                                                "aws.endpoint",
                                                gate.url(),
                                                "sink.copy.memory",
                                                "32mb",
                                                "sink.copy.compression",
                                                "none"))
                                .setSchema(
                                        DataTypes.ROW(
                                                DataTypes.FIELD("id", DataTypes.BIGINT()),
                                                DataTypes.FIELD("filler", DataTypes.STRING())))
                                .setConverter(
                                        id -> GenericRowData.of(id, StringData.fromString(TEXT)))
                                .build());
        job = environment.executeAsync();
    }
}
