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

import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.connector.redshift.testing.Jobs;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.Schema;
import org.apache.flink.table.api.TableDescriptor;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.types.Row;
import org.apache.flink.types.RowKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What Flink itself makes of updating queries, in an upsert table. */
class ChangelogSqlTest {

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final String table = LocalWarehouse.newTable("upsert");
    private final StreamExecutionEnvironment environment = Jobs.environment(2);
    private final StreamTableEnvironment tables = StreamTableEnvironment.create(environment);

    @TempDir Path directory;

    /** How many words occur how often: a word moves on from one count to the next. */
    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void aggregationThatRetracts(String mode) throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (often BIGINT NOT NULL, words BIGINT)");
        createTarget(mode, "often BIGINT, words BIGINT, PRIMARY KEY (often) NOT ENFORCED");
        // Word w occurs w / 10 + 1 times, for w below 50.
        final List<Row> rows = new ArrayList<>();
        for (int round = 0; round < 5; round++) {
            for (int word = round * 10; word < 50; word++) {
                rows.add(Row.of("w" + word));
            }
        }
        tables.createTemporaryView(
                "words",
                tables.fromValues(
                        DataTypes.ROW(DataTypes.FIELD("word", DataTypes.STRING())),
                        rows.toArray()));
        tables.executeSql(
                        "INSERT INTO target SELECT often, COUNT(*) FROM"
                                + " (SELECT word, COUNT(*) AS often FROM words GROUP BY word)"
                                + " GROUP BY often")
                .await();
        assertThat(warehouse.query("SELECT often, words FROM " + table + " ORDER BY often"))
                .containsExactly(
                        List.of("1", "10"),
                        List.of("2", "10"),
                        List.of("3", "10"),
                        List.of("4", "10"),
                        List.of("5", "10"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void outerJoinOfTwoChangelogs(String mode) throws Exception {
        warehouse.execute(
                "CREATE TABLE "
                        + table
                        + " (id INTEGER NOT NULL, item VARCHAR(20), city VARCHAR(20))");
        createTarget(mode, "id INT, item STRING, city STRING, PRIMARY KEY (id) NOT ENFORCED");
        createChangelog(
                "orders",
                "item",
                Row.ofKind(RowKind.INSERT, 1, "apple"),
                Row.ofKind(RowKind.INSERT, 2, "pear"),
                Row.ofKind(RowKind.INSERT, 3, "plum"),
                Row.ofKind(RowKind.UPDATE_AFTER, 2, "quince"),
                Row.ofKind(RowKind.INSERT, 4, "fig"),
                Row.ofKind(RowKind.DELETE, 3, "plum"));
        createChangelog(
                "shipments",
                "city",
                Row.ofKind(RowKind.INSERT, 1, "Oslo"),
                Row.ofKind(RowKind.INSERT, 2, "Rome"),
                Row.ofKind(RowKind.INSERT, 3, "Bern"),
                Row.ofKind(RowKind.INSERT, 4, "Kyiv"),
                Row.ofKind(RowKind.UPDATE_AFTER, 1, "Paris"),
                Row.ofKind(RowKind.DELETE, 4, "Kyiv"));
        tables.executeSql(
                        "INSERT INTO target SELECT o.id, o.item, s.city FROM orders AS o LEFT JOIN"
                                + " shipments AS s ON o.id = s.id")
                .await();
        assertThat(
                        warehouse.query(
                                "SELECT id, item, COALESCE(city, 'none') FROM "
                                        + table
                                        + " ORDER BY id"))
                .containsExactly(
                        List.of("1", "apple", "Paris"),
                        List.of("2", "quince", "Rome"),
                        List.of("4", "fig", "none"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void debeziumFile(String mode) throws Exception {
        warehouse.execute(
                "CREATE TABLE "
                        + table
                        + " (id INTEGER NOT NULL, name VARCHAR(20), price DECIMAL(8,2))");
        createTarget(
                mode, "id INT, name STRING, price DECIMAL(8, 2), PRIMARY KEY (id) NOT ENFORCED");
        Files.write(
                directory.resolve("changes.json"),
                List.of(
                        debezium("c", null, product(1, "scooter", "3.14")),
                        debezium("c", null, product(2, "battery", "8.10")),
                        debezium("r", null, product(3, "drill", "0.80")),
                        debezium("u", product(2, "battery", "8.10"), product(2, "battery", "8.05")),
                        debezium("d", product(3, "drill", "0.80"), null),
                        debezium("c", null, product(3, "hammer", "1.00")),
                        debezium("d", product(1, "scooter", "3.14"), null)));
        tables.executeSql(
                "CREATE TEMPORARY TABLE changes (id INT, name STRING, price DECIMAL(8, 2),"
                        + " PRIMARY KEY (id) NOT ENFORCED) WITH ('connector' = 'filesystem', 'path' = '"
                        + directory.toUri()
                        + "', 'format' = 'debezium-json')");
        tables.executeSql("INSERT INTO target SELECT * FROM changes").await();
        assertThat(warehouse.query("SELECT id, name, price FROM " + table + " ORDER BY id"))
                .containsExactly(List.of("2", "battery", "8.05"), List.of("3", "hammer", "1.00"));
    }

    /**
     * With the clause Flink leaves the order of keys that differ in blanks alone to the sink. With
     * the setting it divides by the key's exact text before the sink does.
     */
    @ParameterizedTest
    @CsvSource({
        "copy, ON CONFLICT DO DEDUPLICATE, 3",
        "jdbc, ON CONFLICT DO DEDUPLICATE, 3",
        "copy, '', 1"
    })
    void insertsOfRepeatedKeysLeaveTheLastOfEach(String mode, String clause, int spellings)
            throws Exception {
        warehouse.execute("CREATE TABLE " + table + " (id VARCHAR(20) NOT NULL, n BIGINT)");
        createTarget(mode, "id STRING, n BIGINT, PRIMARY KEY (id) NOT ENFORCED");
        tables.getConfig()
                .set("table.exec.sink.require-on-conflict", String.valueOf(!clause.isEmpty()));
        // Each half of the numbers is one source subtask's and has keys of its own.
        tables.createTemporaryView(
                "numbers", tables.fromDataStream(environment.fromSequence(0, 19_999)).as("n"));
        tables.executeSql(
                        "INSERT INTO target SELECT 'k' || CAST(MOD(n, 50) + n / 10000 * 50 AS STRING)"
                                + " || REPEAT(' ', CAST(MOD(n / 50, "
                                + spellings
                                + ") AS INT)), n FROM numbers "
                                + clause)
                .await();
        assertThat(
                        warehouse.query(
                                "SELECT COUNT(*), COUNT(DISTINCT RTRIM(id)), MIN(MOD(n, 10000)),"
                                        + " COUNT(DISTINCT n) FROM "
                                        + table))
                .containsExactly(List.of("100", "100", "9950", "100"));
    }

    /** Flink itself would not: the input is insert-only, and its parallelism the sink's. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void inputIsDividedByKey(int parallelism) {
        final StreamTableEnvironment some =
                StreamTableEnvironment.create(Jobs.environment(parallelism));
        for (String mode : List.of("copy", "jdbc")) {
            createTarget(some, mode, "id BIGINT, PRIMARY KEY (id) NOT ENFORCED");
            some.createTemporaryView(
                    "numbers",
                    some.from(
                            TableDescriptor.forConnector("datagen")
                                    .schema(
                                            Schema.newBuilder()
                                                    .column("id", DataTypes.BIGINT().notNull())
                                                    .primaryKey("id")
                                                    .build())
                                    .option("number-of-rows", "10")
                                    .build()));
            final String plan =
                    some.explainSql(
                            "INSERT INTO target SELECT id FROM numbers",
                            ExplainDetail.JSON_EXECUTION_PLAN);
            assertThat(plan).contains("\"ship_strategy\" : \"HASH\"");
            some.dropTemporaryTable("target");
            some.dropTemporaryView("numbers");
        }
    }

    @Test
    void updatesByAnotherKeyThanTheTablesAreRefusedByFlink() {
        createTarget("copy", "id INT, item STRING, PRIMARY KEY (id) NOT ENFORCED");
        createChangelog("orders", "item", Row.ofKind(RowKind.INSERT, 1, "apple"));
        assertThatThrownBy(
                        () ->
                                tables.executeSql(
                                        "INSERT INTO target SELECT MAX(id), item FROM orders GROUP BY item"))
                .hasMessageContaining("ON CONFLICT");
    }

    private void createChangelog(String name, String column, Row... changes) {
        tables.createTemporaryView(
                name,
                tables.fromChangelogStream(
                        environment.fromData(
                                Types.ROW_NAMED(
                                        new String[] {"id", column}, Types.INT, Types.STRING),
                                changes),
                        Schema.newBuilder()
                                .column("id", DataTypes.INT().notNull())
                                .column(column, DataTypes.STRING())
                                .primaryKey("id")
                                .build(),
                        ChangelogMode.upsert()));
    }

    private static String product(int id, String name, String price) {
        return "{\"id\":" + id + ",\"name\":\"" + name + "\",\"price\":" + price + "}";
    }

    private static String debezium(String operation, String before, String after) {
        return "{\"before\":" + before + ",\"after\":" + after + ",\"op\":\"" + operation + "\"}";
    }

    private void createTarget(String mode, String columns) {
        createTarget(tables, mode, columns);
    }

    private void createTarget(StreamTableEnvironment some, String mode, String columns) {
        some.executeSql(
                "CREATE TEMPORARY TABLE target ("
                        + columns
                        + ")"
                        + LocalWarehouse.with(warehouse.options(mode, table)));
    }
}
