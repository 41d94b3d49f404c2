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

import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** sink.create-table = if-absent. */
class CreateTableTest {

    private static final int SUBTASKS = 4;

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("created");
    private final StreamTableEnvironment tables =
            StreamTableEnvironment.create(Jobs.environment(SUBTASKS));

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void subtasksThatAllFindNoTableMakeOneAndWriteIntoIt(String mode) throws Exception {
        createTarget(mode);
        createNumbers();
        tables.executeSql("INSERT INTO target SELECT id, CAST(id AS STRING) FROM numbers").await();
        assertThat(warehouse.query("SELECT COUNT(*), SUM(id), MAX(name) FROM " + table))
                .containsExactly(List.of("1000", "500500", "999"));
        // It is found by the next job.
        tables.executeSql("INSERT INTO target SELECT id, CAST(id + 1 AS STRING) FROM numbers")
                .await();
        assertThat(warehouse.query("SELECT COUNT(*), SUM(id), MIN(name) FROM " + table))
                .containsExactly(List.of("1000", "500500", "10"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void explainingAStatementCreatesNothing(String mode) throws Exception {
        createTarget(mode);
        createNumbers();
        tables.explainSql("INSERT INTO target SELECT id, CAST(id AS STRING) FROM numbers");
        assertThat(
                        warehouse.number(
                                "SELECT COUNT(*) FROM svv_tables WHERE table_name LIKE '"
                                        + table
                                        + "%'"))
                .isZero();
    }

    private void createNumbers() {
        tables.getConfig().set("execution.checkpointing.interval", "500 ms");
        tables.executeSql(
                "CREATE TEMPORARY TABLE numbers (id INT, PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'datagen',"
                        + " 'fields.id.kind' = 'sequence', 'fields.id.start' = '1',"
                        + " 'fields.id.end' = '1000')");
    }

    private void createTarget(String mode) {
        final Map<String, String> options = warehouse.options(mode, table);
        options.put("sink.create-table", "if-absent");
        options.put("sink.parallelism", String.valueOf(SUBTASKS));
        tables.executeSql(
                "CREATE TEMPORARY TABLE target (id INT, name STRING, PRIMARY KEY (id) NOT ENFORCED)"
                        + LocalWarehouse.with(options));
    }
}
