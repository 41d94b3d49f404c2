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
import org.apache.flink.connector.redshift.testing.RandomChanges;
import org.apache.flink.core.execution.JobClient;
import org.apache.flink.core.execution.SavepointFormatType;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.types.RowKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/** Inserts, updates and deletes by key: the table is the fold of its changelog. */
class ChangelogTest {

    private static final RandomChanges CHANGES = new RandomChanges(1_000_000, 10_000);

    private static final List<GenericRowData> IN_ONE_COMMIT =
            List.of(
                    row(RowKind.INSERT, "again", 1L),
                    row(RowKind.DELETE, "again", 1L),
                    row(RowKind.INSERT, "again ", 2L),
                    row(RowKind.INSERT, "gone", 3L),
                    row(RowKind.UPDATE_BEFORE, "gone", 3L),
                    row(RowKind.DELETE, "never", null),
                    row(RowKind.DELETE, "deleted ", null),
                    row(RowKind.UPDATE_BEFORE, "updated", 0L),
                    row(RowKind.UPDATE_AFTER, "updated", 4L),
                    row(RowKind.INSERT, "a", 5L),
                    row(RowKind.INSERT, "a ", 6L));

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("changes");

    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"copy, csv, 3, true", "copy, parquet, 1, false", "jdbc, csv, 3, false"})
    void millionChangesWithAFailureAndARescaleInTheMiddle(
            String mode, String format, int parallelismAfter, boolean unaligned) throws Exception {
        warehouse.execute("CREATE TABLE " + table + RandomChanges.COLUMNS);
        final Map<String, String> options =
                "copy".equals(mode)
                        ? Map.of("sink.copy.format", format)
                        : Map.of("sink.batch-size", "100000", "sink.flush-interval", "10 s");

        final JobClient job = execute(environment(2, unaligned, Map.of()), options, 1);
        FailOnce.awaitFailure(table);
        FailOnce.awaitElements(table, 500_000);
        final String state = unaligned ? cancelAfterCheckpoint(job) : stop(job);
        assertThat(FailOnce.failures(table)).isEqualTo(1);
        assertThat(warehouse.query(RandomChanges.query(table))).isNotEqualTo(CHANGES.fold());

        execute(
                        environment(
                                parallelismAfter,
                                unaligned,
                                Map.of("execution.state-recovery.path", state)),
                        options,
                        Integer.MAX_VALUE)
                .getJobExecutionResult()
                .get(60, TimeUnit.SECONDS);
        assertThat(warehouse.query(RandomChanges.query(table))).isEqualTo(CHANGES.fold());
        // It went on with the other parallelism instead of beginning anew.
        assertThat(FailOnce.elements(table)).isBetween(1L, CHANGES.count() - 1);
    }

    private StreamExecutionEnvironment environment(
            int parallelism, boolean unaligned, Map<String, String> settings) {
        final Configuration configuration = Configuration.fromMap(settings);
        configuration.setString("execution.checkpointing.dir", directory.toUri().toString());
        configuration.setString(
                "execution.checkpointing.externalized-checkpoint-retention",
                "RETAIN_ON_CANCELLATION");
        final StreamExecutionEnvironment environment = Jobs.environment(parallelism, configuration);
        environment.enableCheckpointing(300);
        environment.getCheckpointConfig().enableUnalignedCheckpoints(unaligned);
        return environment;
    }

    private String stop(JobClient job) throws Exception {
        return job.stopWithSavepoint(false, directory.toString(), SavepointFormatType.CANONICAL)
                .get(60, TimeUnit.SECONDS);
    }

    /** Savepoints are always aligned, so unaligned state can be had from a checkpoint alone. */
    private String cancelAfterCheckpoint(JobClient job) throws Exception {
        job.cancel().get(60, TimeUnit.SECONDS);
        // Until it has ended, one checkpoint may still take the place of another.
        job.getJobExecutionResult().handle((result, error) -> result).get(60, TimeUnit.SECONDS);
        try (Stream<Path> checkpoints = Files.list(directory.resolve(job.getJobID().toString()))) {
            return checkpoints
                    .filter(path -> Files.exists(path.resolve("_metadata")))
                    .max(
                            Comparator.comparing(
                                    path ->
                                            Long.parseLong(
                                                    path.getFileName()
                                                            .toString()
                                                            .replace("chk-", ""))))
                    .orElseThrow()
                    .toString();
        }
    }

    private JobClient execute(
            StreamExecutionEnvironment environment, Map<String, String> options, int failAfter)
            throws Exception {
        Jobs.numbers(environment, CHANGES.count(), 300_000)
                .map(new FailOnce<>(table, failAfter))
                .sinkTo(sink(options));
        return environment.executeAsync();
    }

    private RedshiftSink<Long> sink(Map<String, String> options) {
        return RedshiftSink.<Long>builder()
                .setOptions(
                        warehouse.options(
                                options.containsKey("sink.batch-size") ? "jdbc" : "copy", table))
                .setOptions(options)
                .setSchema(RandomChanges.schema())
                .setPrimaryKey(RandomChanges.PRIMARY_KEY)
                .setConverter(CHANGES::row)
                .build();
    }

    /** Each half of the numbers is one source subtask's and has keys of its own. */
    @Test
    void tenMillionChangesOfAThousandKeysStageFewRows() throws Exception {
        final long count = 10_000_000;
        final long half = count / 2;
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT NOT NULL, n BIGINT)");
        final StreamExecutionEnvironment environment = Jobs.environment(2);
        environment.enableCheckpointing(500);
        environment
                .fromSequence(0, count - 1)
                .sinkTo(
                        RedshiftSink.<Long>builder()
                                .setOptions(warehouse.options("copy", table))
                                .setSchema(
                                        DataTypes.ROW(
                                                DataTypes.FIELD("id", DataTypes.BIGINT().notNull()),
                                                DataTypes.FIELD("n", DataTypes.BIGINT())))
                                .setPrimaryKey("id")
                                .setConverter(
                                        n ->
                                                GenericRowData.ofKind(
                                                        n % 7 == 0
                                                                ? RowKind.DELETE
                                                                : RowKind.INSERT,
                                                        n % 500 + (n < half ? 0 : 500),
                                                        n))
                                .build());
        environment.execute();

        final List<List<String>> last = new ArrayList<>();
        for (long id = 0; id < 1000; id++) {
            final long n = (id < 500 ? half : count) - 500 + id % 500;
            if (n % 7 != 0) {
                last.add(List.of(String.valueOf(id), String.valueOf(n)));
            }
        }
        assertThat(warehouse.query("SELECT id, n FROM " + table + " ORDER BY id")).isEqualTo(last);
        final long staged =
                warehouse.number("SELECT SUM(row_count) FROM " + table + "_flink_commits");
        System.out.printf("%,d changes of 1,000 keys staged %,d rows.%n", count, staged);
        assertThat(staged).isBetween(1L, count / 10 - 1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void insertsOfOneKeyLeaveTheLastOne(String mode) throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (id VARCHAR(10) NOT NULL, n BIGINT)");
        final StreamExecutionEnvironment environment = Jobs.environment(2);
        // Dealt out to both subtasks of the sink in turn, if the sink did not divide by key.
        environment
                .fromSequence(0, 19_999)
                .setParallelism(1)
                .sinkTo(
                        texts(
                                mode,
                                n ->
                                        row(
                                                RowKind.INSERT,
                                                "k" + n % 100 + " ".repeat((int) (n / 100 % 3)),
                                                n)));
        environment.execute();
        assertThat(
                        warehouse.query(
                                "SELECT COUNT(*), COUNT(DISTINCT RTRIM(id)), MIN(n), MAX(n) FROM "
                                        + table))
                .containsExactly(List.of("100", "100", "19900", "19999"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void changesOfOneKeyWithinOneCommit(String mode) throws Exception {
        warehouse.execute(
                "CREATE TABLE "
                        + table
                        + " (id VARCHAR(10) NOT NULL, n BIGINT, kept VARCHAR(10) DEFAULT 'default')");
        warehouse.execute(
                "INSERT INTO "
                        + table
                        + " VALUES ('updated', 0, 'kept'), ('deleted', 0, 'x'), ('there', 0, 'kept')");
        final StreamExecutionEnvironment environment = Jobs.environment(2);
        environment
                .fromSequence(0, IN_ONE_COMMIT.size() - 1)
                .setParallelism(1)
                .sinkTo(texts(mode, n -> IN_ONE_COMMIT.get(n.intValue())));
        environment.execute();
        assertThat(warehouse.query("SELECT RTRIM(id), n, kept FROM " + table + " ORDER BY id"))
                .containsExactly(
                        List.of("a", "6", "default"),
                        List.of("again", "2", "default"),
                        List.of("there", "0", "kept"),
                        List.of("updated", "4", "kept"));
    }

    private RedshiftSink<Long> texts(String mode, RedshiftRowConverter<Long> converter) {
        return RedshiftSink.<Long>builder()
                .setOptions(warehouse.options(mode, table))
                .setSchema(
                        DataTypes.ROW(
                                DataTypes.FIELD("id", DataTypes.STRING().notNull()),
                                DataTypes.FIELD("n", DataTypes.BIGINT().notNull())))
                .setPrimaryKey("id")
                .setConverter(converter)
                .build();
    }

    private static GenericRowData row(RowKind kind, String id, Long n) {
        return GenericRowData.ofKind(kind, StringData.fromString(id), n);
    }
}
