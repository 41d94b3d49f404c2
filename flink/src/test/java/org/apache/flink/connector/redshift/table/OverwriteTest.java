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

package org.apache.flink.connector.redshift.table;

import org.apache.flink.connector.redshift.sink.RedshiftSink;
import org.apache.flink.connector.redshift.testing.FailOnce;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.util.ExceptionUtils;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** INSERT OVERWRITE: the rows of a table are replaced, in one transaction. */
class OverwriteTest {

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("overwrite");
    private final TableEnvironment batch = StreamTableEnvironment.create(Jobs.batch(2));

    @BeforeEach
    void createTable() throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT NOT NULL)");
        warehouse.execute("INSERT INTO " + table + " VALUES (1), (2), (3)");
    }

    @Test
    void rowsTakeThePlaceOfThoseThatWereThere() throws Exception {
        createTarget(batch, "copy", "id BIGINT");
        batch.executeSql("INSERT OVERWRITE target VALUES (7), (8)").await();
        assertThat(ids()).containsExactly("7", "8");
    }

    @Test
    void emptyResultEmptiesTheTableAndAnAppendedOneLeavesIt() throws Exception {
        createTarget(batch, "copy", "id BIGINT");
        final String nothing = " target SELECT * FROM (VALUES (7), (8)) AS v (id) WHERE id > 9";
        batch.executeSql("INSERT INTO" + nothing).await();
        assertThat(ids()).containsExactly("1", "2", "3");
        batch.executeSql("INSERT OVERWRITE" + nothing).await();
        assertThat(ids()).isEmpty();
    }

    @Test
    void lastRowOfEachKeyStays() throws Exception {
        createTarget(batch, "copy", "id BIGINT, PRIMARY KEY (id) NOT ENFORCED");
        batch.executeSql("INSERT OVERWRITE target VALUES (7), (8), (7)").await();
        assertThat(ids()).containsExactly("7", "8");
    }

    @Test
    void jobThatFailsHalfWayReplacesOnce() throws Exception {
        final StreamExecutionEnvironment environment = Jobs.batch(2);
        environment.fromSequence(10, 2009).map(new FailOnce<>(table, 0)).sinkTo(overwritingSink());
        environment.execute();
        assertThat(FailOnce.failures(table)).isEqualTo(1);
        assertThat(warehouse.query("SELECT COUNT(*), MIN(id), MAX(id) FROM " + table))
                .containsExactly(List.of("2000", "10", "2009"));
        assertThat(
                        warehouse.number(
                                "SELECT COUNT(*) FROM "
                                        + table
                                        + "_flink_commits WHERE commit_identity <> 'head'"))
                .isEqualTo(1);
    }

    @Test
    void isRefusedOutsideBatchModeAndCopyMode() throws Exception {
        final TableEnvironment streaming = StreamTableEnvironment.create(Jobs.environment(1));
        createTarget(streaming, "copy", "id BIGINT");
        assertRefused(streaming, "execution.runtime-mode");
        createTarget(batch, "jdbc", "id BIGINT");
        assertRefused(batch, "sink.write.mode");

        final StreamExecutionEnvironment environment =
                Jobs.withCheckpoints(1, Duration.ofSeconds(1));
        environment.fromSequence(1, 2).sinkTo(overwritingSink());
        assertThatThrownBy(environment::execute)
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("public." + table)
                .hasMessageContaining("execution.runtime-mode");
        assertThat(ids()).containsExactly("1", "2", "3");
    }

    private void assertRefused(TableEnvironment tables, String named) {
        for (String statement :
                List.of(
                        "INSERT OVERWRITE target VALUES (7)",
                        "EXPLAIN INSERT OVERWRITE target VALUES (7)")) {
            assertThatThrownBy(() -> tables.executeSql(statement))
                    .satisfies(
                            error ->
                                    assertThat(
                                                    ExceptionUtils.findThrowable(
                                                            error, ValidationException.class))
                                            .get()
                                            .extracting(Throwable::getMessage)
                                            .asString()
                                            .contains(named));
        }
    }

    private RedshiftSink<Long> overwritingSink() {
        return RedshiftSink.<Long>builder()
                .setOptions(warehouse.options("copy", table))
                .setSchema(DataTypes.ROW(DataTypes.FIELD("id", DataTypes.BIGINT())))
                .setConverter(GenericRowData::of)
                .setOverwrite(true)
                .build();
    }

    private List<String> ids() throws Exception {
        return warehouse.query("SELECT id FROM " + table + " ORDER BY id").stream()
                .map(row -> row.get(0))
                .toList();
    }

    private void createTarget(TableEnvironment tables, String mode, String columns) {
        tables.executeSql(
                "CREATE TEMPORARY TABLE target ("
                        + columns
                        + ")"
                        + LocalWarehouse.with(warehouse.options(mode, table)));
    }
}
