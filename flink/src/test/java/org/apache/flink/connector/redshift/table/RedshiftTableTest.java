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
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.ExplainDetail;
import org.apache.flink.table.api.TableEnvironment;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.util.ExceptionUtils;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** The SQL connector, from CREATE TABLE to rows that another client reads. */
class RedshiftTableTest {

    private final LocalWarehouse warehouse = LocalWarehouse.shared();
    private final StreamTableEnvironment tables =
            StreamTableEnvironment.create(Jobs.environment(2));

    @ParameterizedTest
    @ValueSource(strings = {"copy", "jdbc"})
    void insertIntoWithCheckpointsAppends(String mode) throws Exception {
        final String table = LocalWarehouse.newTable("sql");
        warehouse.execute("CREATE TABLE " + table + " (id INTEGER, name VARCHAR(20))");
        warehouse.execute("INSERT INTO " + table + " VALUES (0, 'before')");
        tables.getConfig().set("execution.checkpointing.interval", "300 ms");
        createTarget(Map.of(), mode, table, "id INT, name STRING");
        tables.executeSql(
                "CREATE TEMPORARY TABLE numbers (id INT) WITH ('connector' = 'datagen',"
                        + " 'rows-per-second' = '2000', 'fields.id.kind' = 'sequence',"
                        + " 'fields.id.start' = '1', 'fields.id.end' = '3000')");
        tables.executeSql(
                        "INSERT INTO target SELECT id, CASE WHEN MOD(id, 10) = 0 THEN NULL ELSE"
                                + " CONCAT('n', CAST(id AS STRING)) END FROM numbers")
                .await();
        assertThat(
                        warehouse.query(
                                "SELECT COUNT(*), COUNT(DISTINCT id), SUM(id), COUNT(name) FROM "
                                        + table))
                .containsExactly(List.of("3001", "3001", "4501500", "2701"));
    }

    @Test
    void columnsAreFoundByNameAndOthersKeepTheirDefaults() throws Exception {
        final String table = LocalWarehouse.newTable("names");
        warehouse.execute(
                "CREATE TABLE "
                        + table
                        + " (extra VARCHAR(5) DEFAULT 'dflt', name VARCHAR(20), id INTEGER)");
        for (String mode : List.of("copy", "jdbc")) {
            createTarget(Map.of(), mode, table, "id INT, NAME STRING");
            tables.executeSql("INSERT INTO target VALUES (1, 'one')").await();
            tables.executeSql("DROP TEMPORARY TABLE target");
        }
        assertThat(warehouse.query("SELECT id, name, extra FROM " + table))
                .containsExactly(List.of("1", "one", "dflt"), List.of("1", "one", "dflt"));
    }

    @Test
    void onlyPhysicalColumnsAreWritten() throws Exception {
        final String table = LocalWarehouse.newTable("physical");
        warehouse.execute("CREATE TABLE " + table + " (id INTEGER, name VARCHAR(20))");
        for (String mode : List.of("copy", "jdbc")) {
            createTarget(
                    Map.of(),
                    mode,
                    table,
                    "id INT, twice AS id * 2, name STRING, m STRING METADATA VIRTUAL,"
                            + " seen AS PROCTIME()");
            tables.executeSql("INSERT INTO target VALUES (1, 'one')").await();
            tables.executeSql("DROP TEMPORARY TABLE target");
        }
        assertThat(warehouse.query("SELECT id, name FROM " + table))
                .containsExactly(List.of("1", "one"), List.of("1", "one"));
    }

    @Test
    void tableMadeLikeAnotherAndHintsSetOptions() throws Exception {
        final String table = LocalWarehouse.newTable("like");
        warehouse.execute("CREATE TABLE " + table + " (id INTEGER)");
        createTarget(Map.of(), "jdbc", "no_such_table", "id INT");
        tables.executeSql(
                "CREATE TEMPORARY TABLE other WITH ('table-name' = 'no_such_table_either')"
                        + " LIKE target (OVERWRITING OPTIONS)");
        tables.executeSql(
                        "INSERT INTO other /*+ OPTIONS('table-name' = '"
                                + table
                                + "') */ VALUES (1)")
                .await();
        assertThat(warehouse.number("SELECT COUNT(*) FROM " + table)).isEqualTo(1);
        assertThat(tables.executeSql("DESCRIBE other").collect().next().getField(0))
                .isEqualTo("id");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "INSERT INTO target VALUES (1, 'a') | (id INT, p STRING) PARTITIONED BY (p) | partition",
                "INSERT INTO target VALUES (1, 'a') | (id INT, m STRING METADATA) | metadata",
                "TRUNCATE TABLE target | (id INT) | TRUNCATE",
            })
    void whatTheSinkCannotDoIsRefused(String statement, String definition, String named) {
        final TableEnvironment batch = TableEnvironment.create(EnvironmentSettings.inBatchMode());
        batch.executeSql(
                "CREATE TABLE target "
                        + definition
                        + LocalWarehouse.with(warehouse.options("copy", "t")));
        assertThatThrownBy(() -> batch.executeSql(statement)).hasMessageContaining(named);
    }

    @Test
    void sinkParallelismIsFollowed() {
        createTarget(Map.of("sink.parallelism", "3"), "jdbc", "t", "id INT");
        assertThat(tables.explainSql("INSERT INTO target VALUES (1)", planDetails()))
                .contains("\"parallelism\" : 3");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "sink.wirte.mode     | copy          | sink.write.mode",
                "sink.write.mode     | upsert        | upsert",
                "port                | x             | port",
                "sink.flush-interval | soon          | sink.flush-interval",
                "sink.bad-rows       | drop          | sink.bad-rows",
                "aws.credentials.provider | ASSUME_ROLE | aws.credentials.role.arn",
                "s3-uri              | file:///tmp   | s3-uri",
                "sink.delivery-guarantee | at-most-once | sink.delivery-guarantee",
                "sink.copy.format    | orc           | sink.copy.format",
                "ssl.root-cert       | /ca.pem       | no effect with 'ssl.mode' = 'disable'",
                "password-file       | /password     | 'password' and 'password-file' exclude",
                "iam.auth            | true          | 'ssl.mode' = 'disable' is refused",
                "iam.auth            | true          | or 'iam.workgroup' is missing",
                "iam.auth            | true          | 'password' has no effect",
                "iam.db-user         | etl           | unless 'iam.auth' = 'true'",
                "iam.db-groups       | etl           | unless 'iam.auth' = 'true'",
                "iam.workgroup       | etl           | no effect with 'hostname'",
                "iam.cluster-identifier | a/b        | 'iam.cluster-identifier' = 'a/b'",
                "iam.endpoint        | http://api    | without 'iam.cluster-identifier'",
                "secret-arn          | arn:aws:secretsmanager:eu-west-1:123456789012:secret:etl |"
                        + " 'password' has no effect with 'secret-arn'",
                "secret-endpoint     | http://api    | without 'secret-arn'",
                "aws.credentials.role.arn | arn:aws:iam::123456789012:role/etl | ASSUME_ROLE",
                "aws.credentials.role.externalId | x | ASSUME_ROLE",
                "aws.credentials.profile.name | etl | choose PROFILE",
                "aws.credentials.webIdentityToken.file | /t | WEB_IDENTITY_TOKEN",
                "iam-role-arn        | etl           | iam-role-arn",
            })
    void badOptionsAreRefusedWhenPlanned(String key, String value, String named) {
        createTarget(Map.of(key, value), "copy", "t", "id INT");
        for (String statement :
                List.of("INSERT INTO target VALUES (1)", "EXPLAIN INSERT INTO target VALUES (1)")) {
            assertThatThrownBy(() -> tables.executeSql(statement))
                    .satisfies(error -> assertThat(root(error)).hasMessageContaining(named))
                    .satisfies(
                            error ->
                                    assertThat(root(error)).isInstanceOf(ValidationException.class))
                    .satisfies(
                            error ->
                                    assertThat(ExceptionUtils.stringifyException(error))
                                            .contains("'password'='******'")
                                            .contains("basic.secretkey'='******'")
                                            .doesNotContain("testtest", "Awsuser1"));
        }
    }

    @Test
    void unsupportedTypesAreRefusedAllAtOnce() {
        createTarget(
                Map.of(),
                "copy",
                "t",
                "id INT, a DECIMAL(38, 38), ts TIMESTAMP(9), m TIMESTAMP_LTZ(9)");
        assertThatThrownBy(
                        () ->
                                tables.executeSql(
                                        "INSERT INTO target SELECT 1, CAST(0.5 AS DECIMAL(38, 38)),"
                                                + " LOCALTIMESTAMP, CURRENT_TIMESTAMP"))
                .satisfies(
                        error ->
                                assertThat(root(error))
                                        .isInstanceOf(ValidationException.class)
                                        .hasMessageContaining("\"a\"")
                                        .hasMessageContaining("\"ts\"")
                                        .hasMessageContaining("\"m\""));
    }

    @Test
    void updatingQueryIsRefusedWithoutAKey() {
        createTarget(Map.of(), "copy", "t", "n BIGINT");
        assertThatThrownBy(
                        () ->
                                tables.executeSql(
                                        "INSERT INTO target SELECT COUNT(*) FROM " + values()))
                .hasMessageContaining("update changes");
    }

    @Test
    void readingIsRefusedAsNotSupportedYet() {
        createTarget(Map.of(), "jdbc", "t", "id INT");
        assertThatThrownBy(() -> tables.executeSql("SELECT * FROM target"))
                .satisfies(
                        error -> assertThat(root(error)).hasMessageContaining("not supported yet"));
    }

    @Test
    void unboundedJobWithoutCheckpointsIsRefusedInCopyMode() {
        createTarget(Map.of(), "copy", "t", "id INT");
        createUnboundedSource(tables);
        assertThatThrownBy(() -> tables.executeSql("INSERT INTO target SELECT id FROM endless"))
                .satisfies(
                        error ->
                                assertThat(root(error))
                                        .hasMessageContaining("execution.checkpointing.interval"));
        tables.getConfig().set("execution.checkpointing.interval", "1 min");
        assertThat(tables.explainSql("INSERT INTO target SELECT id FROM endless")).isNotEmpty();
    }

    @Test
    void checkpointsThatStopWithTheFirstFinishedTaskAreRefusedInCopyMode() {
        createTarget(Map.of(), "copy", "t", "id INT");
        createUnboundedSource(tables);
        tables.getConfig().set("execution.checkpointing.interval", "1 min");
        tables.getConfig().set("execution.checkpointing.checkpoints-after-tasks-finish", "false");
        assertThatThrownBy(() -> tables.executeSql("INSERT INTO target SELECT id FROM endless"))
                .satisfies(
                        error ->
                                assertThat(root(error))
                                        .hasMessageContaining("checkpoints-after-tasks-finish"));
    }

    @Test
    void valuesAreABoundedJobInStreamingMode() {
        createTarget(Map.of(), "copy", "t", "id INT");
        assertThat(tables.explainSql("INSERT INTO target VALUES (1), (2)", planDetails()))
                .contains("Redshift manifest");
    }

    private static void createUnboundedSource(TableEnvironment tables) {
        tables.executeSql(
                "CREATE TEMPORARY TABLE endless (id INT) WITH ('connector' = 'datagen',"
                        + " 'rows-per-second' = '1')");
    }

    private static String values() {
        return "(VALUES (1), (2)) AS v (x)";
    }

    private static ExplainDetail planDetails() {
        return ExplainDetail.JSON_EXECUTION_PLAN;
    }

    private static Throwable root(Throwable error) {
        return error.getCause() == null ? error : root(error.getCause());
    }

    private void createTarget(Map<String, String> more, String mode, String table, String columns) {
        final Map<String, String> options = warehouse.options(mode, table);
        options.putAll(more);
        tables.executeSql(
                "CREATE TEMPORARY TABLE target (" + columns + ")" + LocalWarehouse.with(options));
    }
}
