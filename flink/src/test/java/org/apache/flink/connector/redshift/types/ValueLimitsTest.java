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
import org.apache.flink.connector.redshift.testing.StagedObjects;
import org.apache.flink.table.data.StringData;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * A value that a column holds arrives; one that it does not hold is a bad row, and nothing in
 * between.
 */
class ValueLimitsTest {

    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @Test
    void valuesJustInsideArrive() throws Exception {
        final Loads loads = new Loads();
        final List<String> names = new ArrayList<>();
        for (Way way : Way.all()) {
            names.add(loads.append(inside(way), way));
        }
        loads.run();
        for (Way way : Way.all()) {
            final TestTable table = inside(way);
            assertThat(table.differences(table.select(names.get(Way.all().indexOf(way)))))
                    .as(way.toString())
                    .isEmpty();
        }
    }

    /**
     * That of each row; the others are in the next test, as every failing job is one of its own.
     */
    @ParameterizedTest
    @MethodSource("ways")
    void valueJustOutsideFailsTheJobAndIsShownOnlyWhenAsked(Way way) throws Exception {
        for (boolean shown : List.of(false, true)) {
            final Loads loads = Loads.withoutRestarts();
            final TestTable table =
                    TestTable.of("outside", List.of(Scalars.character(4)))
                            .row("abcd")
                            .row(new TestTable.Outside(StringData.fromString("abcde")));
            final String name = LocalWarehouse.newTable("types");
            warehouse.execute(table.createStatement(name));
            loads.into(
                    name,
                    table,
                    way,
                    List.of("id"),
                    shown ? Map.of("sink.bad-rows.show-values", "true") : Map.of());
            assertThatThrownBy(loads::run)
                    .rootCause()
                    .hasMessageContaining("public." + name)
                    .hasMessageContaining("\"c1\"")
                    .hasMessageContaining("id=1")
                    .hasMessageContaining("longer than CHAR(4)")
                    .satisfies(
                            error ->
                                    assertThat(error.getMessage().contains("abcde"))
                                            .isEqualTo(shown));
            assertThat(warehouse.number("SELECT COUNT(*) FROM " + name)).isZero();
        }
    }

    @Test
    void valuesJustOutsideArePutAsideAndTheirNeighboursArrive() throws Exception {
        final Loads loads = new Loads();
        final List<Neighbours> all = new ArrayList<>();
        for (Way way : Way.all()) {
            final Neighbours one = neighbours(way);
            final String name =
                    loads.append(
                            one.written,
                            way,
                            Map.of(
                                    "sink.bad-rows",
                                    "reject",
                                    "s3-uri",
                                    "s3://local/limits/" + way));
            all.add(one);
            one.name[0] = name;
        }
        loads.run();
        for (Neighbours one : all) {
            assertThat(one.arriving.differences(one.arriving.select(one.name[0])))
                    .as(one.way.toString())
                    .isEmpty();
            final Map<Integer, String> wrong = new TreeMap<>();
            one.reasons.forEach(
                    (id, limit) ->
                            wrong.put(
                                    id, "not put aside: " + limit.type() + ", " + limit.reason()));
            for (Map<String, Object> line :
                    new StagedObjects(warehouse, "limits/" + one.way + "/rejected/").jsonLines()) {
                final int id = (int) ((Map<?, ?>) line.get("row")).get("id");
                final Limit limit = one.reasons.get(id);
                if (limit != null
                        && line.get("table").equals("public." + one.name[0])
                        && line.get("column").equals(one.columns.get(id))
                        && line.get("reason").toString().contains(limit.reason())) {
                    wrong.remove(id);
                } else {
                    wrong.put(
                            id,
                            limit
                                    + " is told as "
                                    + line.get("column")
                                    + ": "
                                    + line.get("reason"));
                }
            }
            assertThat(wrong).as(one.way.toString()).isEmpty();
        }
    }

    /** Rows just outside, each followed by one just inside. */
    private record Neighbours(
            Way way,
            TestTable written,
            TestTable arriving,
            Map<Integer, Limit> reasons,
            Map<Integer, String> columns,
            String[] name) {}

    private static Neighbours neighbours(Way way) {
        final List<Limit> limits = Limit.of(way);
        final List<ColumnType<?>> types = limits.stream().<ColumnType<?>>map(Limit::type).toList();
        final Neighbours neighbours =
                new Neighbours(
                        way,
                        TestTable.of("outside " + way, types),
                        TestTable.of("inside " + way, types),
                        new TreeMap<>(),
                        new TreeMap<>(),
                        new String[1]);
        for (int i = 0; i < limits.size(); i++) {
            for (Object outside : limits.get(i).outside()) {
                final Object[] row = new Object[limits.size()];
                row[i] = new TestTable.Outside(outside);
                neighbours.reasons.put(neighbours.written.size(), limits.get(i));
                neighbours.columns.put(neighbours.written.size(), "c" + (i + 1));
                neighbours.written.row(row);
            }
            final Object[] row = new Object[limits.size()];
            row[i] = limits.get(i).inside().get(0);
            neighbours.written.row(row);
            neighbours.arriving.row(row);
        }
        return neighbours;
    }

    static List<Way> ways() {
        return Way.all();
    }

    private static TestTable inside(Way way) {
        final List<Limit> limits = Limit.of(way);
        final TestTable table = TestTable.of("inside", limits.stream().map(Limit::type).toList());
        final int most = limits.stream().mapToInt(limit -> limit.inside().size()).max().getAsInt();
        for (int number = 0; number < most; number++) {
            for (int i = 0; i < limits.size(); i++) {
                final Object[] row = new Object[limits.size()];
                final List<?> values = limits.get(i).inside();
                if (number < values.size()) {
                    row[i] = values.get(number);
                    table.row(row);
                }
            }
        }
        return table;
    }
}
