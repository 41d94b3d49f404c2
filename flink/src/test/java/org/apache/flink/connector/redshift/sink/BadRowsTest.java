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
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.connector.redshift.testing.RecordingReporter;
import org.apache.flink.connector.redshift.testing.StagedObjects;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Rows that Redshift would refuse: the job fails, or they are set aside and told about. */
class BadRowsTest {

    private static final long ROWS = 6000;
    private static final String SECRET = "much-too-long-for-the-column";

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("bad_rows");
    private final StagedObjects rejected =
            new StagedObjects(warehouse, "staging/" + table + "/rejected/");

    @BeforeEach
    void createTable() throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT NOT NULL, label VARCHAR(10))");
    }

    /**
     * Exactly once in copy mode, at least once in jdbc mode, also when the job fails in between.
     */
    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void rejectedRowsArePublishedWithTheirReasons(String mode) throws Exception {
        final StreamExecutionEnvironment environment =
                Jobs.environment(2, RecordingReporter.settings());
        environment.enableCheckpointing(300);
        Jobs.numbers(environment, ROWS, 3000)
                .map(new FailOnce<>(table, 2))
                .sinkTo(sink(mode, Map.of("sink.bad-rows", "reject")));
        environment.execute(table);

        assertThat(FailOnce.failures(table)).isEqualTo(1);
        final long bad = ROWS / 100;
        assertThat(warehouse.number("SELECT COUNT(DISTINCT id) FROM " + table))
                .isEqualTo(ROWS - bad);
        final List<Long> ids = new ArrayList<>();
        for (Map<String, Object> line : rejected.jsonLines()) {
            assertThat(line.get("table")).isEqualTo("public." + table);
            assertThat(line.get("column")).isEqualTo("label");
            assertThat(line.get("reason")).asString().contains("VARCHAR(10)");
            assertThat(line).containsKeys("subtask", "change", "row");
            assertThat(line.containsKey("checkpoint")).isEqualTo(mode.equals("copy"));
            ids.add(((Number) ((Map<?, ?>) line.get("row")).get("id")).longValue());
        }
        assertThat(new HashSet<>(ids)).hasSize((int) bad).allMatch(id -> id % 100 == 0);
        if (mode.equals("copy")) {
            assertThat(ids).doesNotHaveDuplicates();
            assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isEqualTo(ROWS - bad);
        }
        // What was rejected before the failure is counted again after it.
        for (String counter :
                List.of("numRecordsRejected", "numRecordsSendErrors", "numRecordsOutErrors")) {
            assertThat(RecordingReporter.sum(table, "Writer", counter)).isGreaterThanOrEqualTo(bad);
        }
    }

    @Test
    void fileOfRejectedRowsAloneIsPublished() throws Exception {
        final StreamExecutionEnvironment environment = Jobs.environment(1);
        environment.fromData(0L, 100L).sinkTo(sink("copy", Map.of("sink.bad-rows", "reject")));
        environment.execute();
        assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isZero();
        assertThat(rejected.jsonLines()).hasSize(2);
    }

    /** Five in each subtask. */
    @Test
    void moreThanTheMostInAllSubtasksStopsTheJob() {
        final StreamExecutionEnvironment environment = Jobs.withoutRestarts(2);
        Jobs.numbers(environment, 1000, 1000)
                .sinkTo(sink("copy", Map.of("sink.bad-rows", "reject", "sink.bad-rows.max", "7")));
        assertThatThrownBy(environment::execute)
                .rootCause()
                .hasMessageContaining("10 bad rows")
                .hasMessageContaining("public." + table)
                .hasMessageContaining("'sink.bad-rows.max' allows 7");
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void moreThanTheMostInOneSubtaskStopsTheJob(String mode) {
        final StreamExecutionEnvironment environment = Jobs.withoutRestarts(1);
        environment
                .fromSequence(0, 999)
                .sinkTo(sink(mode, Map.of("sink.bad-rows", "reject", "sink.bad-rows.max", "7")));
        assertThatThrownBy(environment::execute)
                .rootCause()
                .hasMessageContaining("sink.bad-rows.max");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void failureNamesTableColumnKeyAndReasonAndTheValueOnlyWhenAsked(boolean show) {
        final StreamExecutionEnvironment environment = Jobs.withoutRestarts(1);
        environment
                .fromData(100L)
                .sinkTo(
                        builder("copy", Map.of("sink.bad-rows.show-values", String.valueOf(show)))
                                .setPrimaryKey("id")
                                .build());
        assertThatThrownBy(environment::execute)
                .rootCause()
                .hasMessageContainingAll("public." + table, "label", "id=100", "VARCHAR(10)")
                .satisfies(
                        error -> assertThat(error.getMessage().contains(SECRET)).isEqualTo(show));
    }

    private RedshiftSink<Long> sink(String mode, Map<String, String> options) {
        return builder(mode, options).build();
    }

    private RedshiftSinkBuilder<Long> builder(String mode, Map<String, String> options) {
        return RedshiftSink.<Long>builder()
                .setOptions(warehouse.options("copy", table))
                .setOption("sink.write.mode", mode)
                .setOptions(options)
                .setSchema(
                        DataTypes.ROW(
                                DataTypes.FIELD("id", DataTypes.BIGINT().notNull()),
                                DataTypes.FIELD("label", DataTypes.STRING())))
                .setConverter(
                        id ->
                                GenericRowData.of(
                                        id,
                                        StringData.fromString(
                                                id % 100 == 0 ? SECRET : "row " + id)));
    }
}
