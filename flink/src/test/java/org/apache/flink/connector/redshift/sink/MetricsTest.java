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

import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.connector.redshift.testing.RecordingReporter;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.GenericRowData;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

class MetricsTest {

    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @Test
    void transactionThatHadToBeRepeatedIsCounted() throws Exception {
        final String table = LocalWarehouse.newTable("metrics");
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT)");
        final String pattern = "INSERT INTO \"public\".\"" + table + "\"";
        warehouse.execute("SELECT local.fault('cut-before-commit', 1, '" + pattern + "')");
        // So many rows need two statements, and so a COMMIT.
        run(
                "jdbc",
                table,
                1,
                40_000,
                Map.of("sink.batch-size", "40000", "sink.flush-interval", "1 h"));
        assertThat(warehouse.fired(pattern)).isEqualTo(1);
        assertThat(RecordingReporter.sum(table, "Writer", "numSendRetries")).isEqualTo(1);
        assertThat(RecordingReporter.sum(table, "Writer", "numRecordsSend")).isEqualTo(40_000);
        assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isEqualTo(40_000);
    }

    @Test
    void commitThatHadToBeRepeatedIsCounted() throws Exception {
        final String table = LocalWarehouse.newTable("metrics");
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT)");
        final String pattern = "COPY \"public\".\"" + table + "\"";
        warehouse.execute("SELECT local.fault('cut-before-commit', 2, '" + pattern + "')");
        run("copy", table, 1, 1000, Map.of());
        assertThat(warehouse.fired(pattern)).isEqualTo(2);
        assertThat(RecordingReporter.sum(table, "Committer", "numCommitRetries")).isEqualTo(2);
        assertThat(RecordingReporter.sum(table, "Committer", "numCommits")).isEqualTo(1);
        assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isEqualTo(1000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void recordsAndBytesSentAreCounted(String mode) throws Exception {
        final String table = LocalWarehouse.newTable("metrics");
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT)");
        run(mode, table, 2, 5000, Map.of());

        assertThat(RecordingReporter.sum(table, "Writer", "numRecordsSend")).isEqualTo(5000);
        assertThat(RecordingReporter.sum(table, "Writer", "numRecordsOut")).isEqualTo(5000);
        assertThat(RecordingReporter.sum(table, "Writer", "numBytesSend")).isPositive();
        assertThat(RecordingReporter.sum(table, "Writer", "numRecordsSendErrors")).isZero();
        if (mode.equals("copy")) {
            assertThat(RecordingReporter.sum(table, "Writer", "numStagedFiles")).isBetween(1L, 2L);
            assertThat(RecordingReporter.sum(table, "Committer", "numCommits")).isEqualTo(1);
            assertThat(RecordingReporter.sum(table, "Committer", "numCommitRetries")).isZero();
            assertThat(RecordingReporter.sum(table, "Committer", "totalCommitTime")).isPositive();
        }
    }

    private void run(
            String mode, String table, int parallelism, long rows, Map<String, String> more)
            throws Exception {
        final StreamExecutionEnvironment environment =
                Jobs.environment(parallelism, RecordingReporter.settings());
        environment
                .fromSequence(1, rows)
                .sinkTo(
                        RedshiftSink.<Long>builder()
                                .setOptions(warehouse.options(mode, table))
                                .setOptions(more)
                                .setSchema(DataTypes.ROW(DataTypes.FIELD("id", DataTypes.BIGINT())))
                                .setConverter(GenericRowData::of)
                                .build());
        environment.execute(table);
    }
}
