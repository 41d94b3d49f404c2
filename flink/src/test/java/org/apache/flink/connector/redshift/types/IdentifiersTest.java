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

package org.apache.flink.connector.redshift.types;

import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.table.api.ValidationException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Tables and columns may have any name that Redshift takes. */
class IdentifiersTest {

    private static final List<String> COLUMNS =
            List.of(
                    "two words",
                    "say \"hi\"",
                    "\"",
                    "it's",
                    "back\\slash",
                    "a.b",
                    "a,b",
                    "(a)",
                    "semi;colon",
                    "-- comment",
                    "/* comment */",
                    "$1",
                    "%s",
                    "?",
                    "1st",
                    "select",
                    "table",
                    "tag",
                    "timestamp",
                    "system",
                    "oid",
                    "MixedCase",
                    "_op",
                    "_seq",
                    "_subtask",
                    "op",
                    "é",
                    "É",
                    "日本語",
                    "😀",
                    "x".repeat(127),
                    "é".repeat(63) + "y");

    /** Some longer than the 63 bytes that PostgreSQL would keep. */
    private static final List<String> TABLES =
            List.of(
                    "two words",
                    "say \"hi\"",
                    "it's; -- a table",
                    "select",
                    "MixedCase",
                    "Tablé",
                    "表",
                    "t".repeat(127),
                    "é".repeat(63) + "t");

    private static final String SCHEMA = "odd \"schema\" ";

    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @Test
    void everyColumnNameThatRedshiftTakesCanBeWritten() throws Exception {
        final Loads loads = new Loads();
        final TestTable table = integers(COLUMNS);
        final List<String> names = new ArrayList<>();
        for (Way way : Way.all()) {
            names.add(loads.append(table, way));
        }
        loads.run();
        for (String name : names) {
            assertThat(table.differences(table.select(name))).isEmpty();
        }
    }

    @Test
    void everyTableNameThatRedshiftTakesCanBeWritten() throws Exception {
        final Loads loads = new Loads();
        final TestTable table = integers(List.of("value"));
        for (Way way : Way.all()) {
            warehouse.execute("CREATE SCHEMA " + TestTable.quoted(SCHEMA + way));
        }
        for (String name : TABLES) {
            for (Way way : Way.all()) {
                final String quoted = inSchema(way, name);
                warehouse.execute(table.createStatement(quoted));
                loads.into(
                        quoted,
                        table,
                        way,
                        List.of(),
                        Map.of("s3-uri", "s3://local/odd-names/" + way));
            }
        }
        loads.run();
        for (String name : TABLES) {
            for (Way way : Way.all()) {
                assertThat(table.differences(table.select(inSchema(way, name)))).as(name).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Way.class)
    void columnsThatDifferOnlyInCaseAreRefused(Way way) {
        final TestTable table = integers(List.of("Name", "nAME"));
        assertThatThrownBy(() -> new Loads().into("t", table, way, List.of(), Map.of()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("\"nAME\"")
                .hasMessageContaining("\"Name\"")
                .hasMessageContaining("differ only in case");
    }

    @ParameterizedTest
    @ValueSource(strings = {"xxxxxxxxxxxxxxxx", "éééééééé", "😀😀😀😀"})
    void longerColumnNamesThanRedshiftTakesAreRefused(String sixteenBytes) {
        final TestTable table = integers(List.of(sixteenBytes.repeat(8)));
        assertThatThrownBy(() -> new Loads().into("t", table, Way.JDBC, List.of(), Map.of()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining(sixteenBytes)
                .hasMessageContaining("127");
    }

    @Test
    void longerTableNamesThanRedshiftTakesAreRefused() {
        final TestTable table = integers(List.of("value"));
        assertThatThrownBy(
                        () ->
                                new Loads()
                                        .into(
                                                "t".repeat(128),
                                                table,
                                                Way.COPY_CSV,
                                                List.of(),
                                                Map.of()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("table-name")
                .hasMessageContaining("127");
    }

    private static String inSchema(Way way, String name) {
        return TestTable.quoted(SCHEMA + way) + "." + TestTable.quoted(name);
    }

    private static TestTable integers(List<String> names) {
        return TestTable.named(
                        "names",
                        names.stream()
                                .map(name -> new TestTable.Named(name, Scalars.integer()))
                                .toList())
                .row(IntStream.range(0, names.size()).boxed().toArray())
                .row(new Object[names.size()]);
    }
}
