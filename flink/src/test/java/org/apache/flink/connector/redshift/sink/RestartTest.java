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

import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.redshift.testing.FailOnce;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Copy mode under failures: each row is in the table exactly once. */
class RestartTest {

    private static final long ROWS = 6000;

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("restart");

    @TempDir Path directory;

    @BeforeEach
    void createTable() throws SQLException {
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT, label VARCHAR(40))");
    }

    @Test
    void jobThatFailsAfterSeveralCheckpointsLoadsEachRowOnce() throws Exception {
        final StreamExecutionEnvironment environment =
                Jobs.withCheckpoints(2, Duration.ofMillis(400));
        Jobs.numbers(environment, ROWS, 1500)
                .map(new FailOnce<>(table, 3))
                .sinkTo(builder(Map.of()).build());
        environment.execute();

        assertThat(FailOnce.failures(table)).isEqualTo(1);
        assertEachRowOnce();
        assertThat(commits()).isGreaterThan(3);
    }

    @Test
    void rowsOfASubtaskThatFinishesEarlyAreLoadedOnce() throws Exception {
        final StreamExecutionEnvironment environment =
                Jobs.withCheckpoints(2, Duration.ofMillis(200));
        // Each half is one subtask's.
        stream(environment)
                .map(RestartTest::slowInTheSecondHalf)
                .map(new FailOnce<>(table, 5))
                .sinkTo(builder(Map.of()).build());
        environment.execute();

        assertThat(FailOnce.failures(table)).isEqualTo(1);
        assertEachRowOnce();
    }

    @Test
    void lostReplyToCommitLoadsNoRowTwiceAndLosesNone() throws Exception {
        final String pattern = "COPY \"public\".\"" + table + "\"";
        warehouse.execute("SELECT local.fault('cut-after-commit', 1, '" + pattern + "')");
        final StreamExecutionEnvironment environment =
                Jobs.withCheckpoints(2, Duration.ofMillis(400));
        Jobs.numbers(environment, ROWS, 3000).sinkTo(builder(Map.of()).build());
        environment.execute();

        assertThat(warehouse.fired(pattern)).isEqualTo(1);
        assertEachRowOnce();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jobThatGoesOnFromASavepointWithOneMoreSubtaskLoadsEachRowOnce(boolean stopped)
            throws Exception {
        final StreamExecutionEnvironment first = Jobs.withCheckpoints(2, Duration.ofHours(1));
        Jobs.numbers(first, ROWS, 1500)
                .map(new FailOnce<>(table, Integer.MAX_VALUE))
                .sinkTo(builder(Map.of()).build());
        final JobClient job = first.executeAsync();
        FailOnce.awaitElements(table, 1000);
        final String savepoint;
        if (stopped) {
            savepoint =
                    job.stopWithSavepoint(
                                    false, directory.toString(), SavepointFormatType.CANONICAL)
                            .get(60, TimeUnit.SECONDS);
        } else {
            savepoint =
                    job.triggerSavepoint(directory.toString(), SavepointFormatType.CANONICAL)
                            .get(60, TimeUnit.SECONDS);
            job.cancel().get(60, TimeUnit.SECONDS);
        }
        final String ofFirstJob = " AND job_id = '" + job.getJobID() + "'";
        final long commitsOfFirstJob = commits(ofFirstJob);

        final Configuration settings = new Configuration();
        settings.setString("execution.state-recovery.path", savepoint);
        final StreamExecutionEnvironment second = Jobs.environment(3, settings);
        second.enableCheckpointing(400);
        Jobs.numbers(second, ROWS, 3000)
                .map(new FailOnce<>(table, Integer.MAX_VALUE))
                .sinkTo(builder(Map.of()).build());
        second.execute();

        assertEachRowOnce();
        // Only a savepoint that stops its job is committed in it; another leaves that to the next
        // job.
        assertThat(commits(ofFirstJob)).isEqualTo(commitsOfFirstJob + (stopped ? 0 : 1));
        assertThat(commits()).isGreaterThan(commits(ofFirstJob));
    }

    @Test
    void jobThatGoesOnFromASavepointDoesNotMakeALostLedgerAnew() throws Exception {
        final StreamExecutionEnvironment first = Jobs.withCheckpoints(1, Duration.ofHours(1));
        Jobs.numbers(first, ROWS, 1500)
                .map(new FailOnce<>(table, Integer.MAX_VALUE))
                .sinkTo(builder(Map.of()).build());
        final JobClient job = first.executeAsync();
        FailOnce.awaitElements(table, 100);
        final Configuration settings = new Configuration();
        settings.setString("restart-strategy.type", "none");
        settings.setString(
                "execution.state-recovery.path",
                job.stopWithSavepoint(false, directory.toString(), SavepointFormatType.CANONICAL)
                        .get(60, TimeUnit.SECONDS));
        final long rows = warehouse.number("SELECT COUNT(*) FROM " + table);
        warehouse.execute("DROP TABLE " + table + "_flink_commits");

        final StreamExecutionEnvironment second = Jobs.environment(1, settings);
        second.enableCheckpointing(400);
        Jobs.numbers(second, ROWS, 3000)
                .map(new FailOnce<>(table, Integer.MAX_VALUE))
                .sinkTo(builder(Map.of()).build());
        assertThatThrownBy(second::execute)
                .rootCause()
                .hasMessageContaining(table + "_flink_commits is missing");
        assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isEqualTo(rows);
        assertThat(
                        warehouse.number(
                                "SELECT COUNT(*) FROM svv_tables WHERE table_name = '"
                                        + table
                                        + "_flink_commits'"))
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void jobWithoutCheckpointsRestartedAfterItsCommitLoadsEachRowOnce(boolean batch)
            throws Exception {
        final StreamExecutionEnvironment environment = batch ? Jobs.batch(2) : Jobs.environment(2);
        final FailAfterCommit<Long> sink =
                new FailAfterCommit<>(table, (CopySink<Long>) builder(Map.of()).build());
        stream(environment).sinkTo(sink);
        environment.execute();

        assertThat(FailAfterCommit.failures(table)).isEqualTo(1);
        assertEachRowOnce();
        assertThat(commits()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void savepointOfAJobWithoutCheckpointsLosesNothing(boolean stopped) throws Exception {
        final StreamExecutionEnvironment first = Jobs.environment(2);
        Jobs.numbers(first, ROWS, 1500)
                .map(new FailOnce<>(table, Integer.MAX_VALUE))
                .sinkTo(builder(Map.of()).build());
        final JobClient job = first.executeAsync();
        FailOnce.awaitElements(table, 1000);
        if (stopped) {
            final Configuration settings = new Configuration();
            settings.setString(
                    "execution.state-recovery.path",
                    job.stopWithSavepoint(
                                    false, directory.toString(), SavepointFormatType.CANONICAL)
                            .get(60, TimeUnit.SECONDS));
            assertThat(commits()).isZero();
            final StreamExecutionEnvironment second = Jobs.environment(1, settings);
            Jobs.numbers(second, ROWS, 3000)
                    .map(new FailOnce<>(table, Integer.MAX_VALUE))
                    .sinkTo(builder(Map.of()).build());
            second.execute();
        } else {
            job.triggerSavepoint(directory.toString(), SavepointFormatType.CANONICAL)
                    .get(60, TimeUnit.SECONDS);
            job.getJobExecutionResult().get(60, TimeUnit.SECONDS);
        }
        assertEachRowOnce();
        assertThat(commits()).isEqualTo(1);
    }

    @Test
    void namedRunThatIsInTheLedgerIsNotLoadedAgain() throws Exception {
        for (int attempt = 0; attempt < 2; attempt++) {
            final StreamExecutionEnvironment environment = Jobs.batch(2);
            stream(environment).sinkTo(builder(Map.of("sink.run-id", "2026-02-01")).build());
            environment.execute();
        }
        assertEachRowOnce();
        assertThat(commits()).isEqualTo(1);
    }

    @Test
    void oneSinkObjectInTwoTopologiesIsTwoRuns() throws Exception {
        final StreamExecutionEnvironment environment = Jobs.batch(1);
        final RedshiftSink<Long> sink = builder(Map.of()).build();
        environment.fromSequence(0, ROWS / 2 - 1).sinkTo(sink);
        environment.fromSequence(ROWS / 2, ROWS - 1).sinkTo(sink);
        environment.execute();
        assertEachRowOnce();
        assertThat(commits()).isEqualTo(2);
    }

    @Test
    void twoSinksUnderOneNamedRunAreRefused() {
        final StreamExecutionEnvironment environment = Jobs.batch(1);
        for (int half = 0; half < 2; half++) {
            stream(environment).sinkTo(builder(Map.of("sink.run-id", "2026-02-01")).build());
        }
        assertThatThrownBy(environment::execute)
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("sink.run-id")
                .hasMessageContaining("public." + table);
    }

    private static long slowInTheSecondHalf(long id) throws InterruptedException {
        if (id >= ROWS / 2) {
            Thread.sleep(1);
        }
        return id;
    }

    private DataStream<Long> stream(StreamExecutionEnvironment environment) {
        return environment.fromSequence(0, ROWS - 1);
    }

    private RedshiftSinkBuilder<Long> builder(Map<String, String> options) {
        return RedshiftSink.<Long>builder()
                .setOptions(warehouse.options("copy", table))
                .setOptions(options)
                .setSchema(
                        DataTypes.ROW(
                                DataTypes.FIELD("id", DataTypes.BIGINT()),
                                DataTypes.FIELD("label", DataTypes.STRING())))
                .setConverter(id -> GenericRowData.of(id, StringData.fromString("row " + id)));
    }

    private void assertEachRowOnce() throws SQLException {
        assertThat(
                        warehouse.query(
                                "SELECT COUNT(*), COUNT(DISTINCT id), MIN(id), MAX(id) FROM "
                                        + table))
                .containsExactly(
                        List.of(
                                String.valueOf(ROWS),
                                String.valueOf(ROWS),
                                "0",
                                String.valueOf(ROWS - 1)));
    }

    private long commits() throws SQLException {
        return commits("");
    }

    private long commits(String condition) throws SQLException {
        return warehouse.number(
                "SELECT COUNT(*) FROM "
                        + table
                        + "_flink_commits WHERE commit_identity <> 'head'"
                        + condition);
    }
}
