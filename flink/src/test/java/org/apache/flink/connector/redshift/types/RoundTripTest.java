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

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Every value of every type arrives as it was given, in tables with and without a key, and looks
 * the same whatever the way.
 */
class RoundTripTest {

    /** A table in the warehouse, what must be in it, and a table that must look the same. */
    private record Written(String name, Way way, TestTable table, String other) {}

    /** Adds a table and a write of its rows to the job; returns the table's name. */
    @FunctionalInterface
    private interface Load {
        String of(TestTable table, Way way) throws Exception;
    }

    @Test
    void everyValueOfRandomTablesArrivesAppended() throws Exception {
        final Loads loads = new Loads();
        checkRandomTables(loads, loads::append);
    }

    @Test
    void everyValueOfRandomTablesArrivesInPlaceOfAnother() throws Exception {
        final Loads loads = Loads.withParallelSinks(2);
        checkRandomTables(loads, loads::replace);
    }

    private static void checkRandomTables(Loads loads, Load load) throws Exception {
        final List<Written> written = new ArrayList<>();
        for (TestTable all : RandomTables.of(Seed.VALUE)) {
            String first = null;
            for (Way way : Way.all()) {
                final TestTable table = all.along(way);
                final String name = load.of(table, way);
                first = first == null ? name : first;
                written.add(new Written(name, way, table, first));
            }
        }
        loads.run();
        check(written);
    }

    @Test
    void noBytesAtAllArriveAsSuchWhereCsvDoesNotTakeThemForNull() throws Exception {
        final TestTable table =
                TestTable.of("no bytes", List.of(Scalars.anyBytes(4)))
                        .row(new byte[0])
                        .row((Object) null);
        for (Way way : Way.all()) {
            final Loads loads = Loads.withoutRestarts();
            final String name = loads.append(table, way);
            if (way == Way.COPY_CSV) {
                assertThatThrownBy(loads::run)
                        .rootCause()
                        .hasMessageContaining("public." + name)
                        .hasMessageContaining("\"c1\"")
                        .hasMessageContaining("reads as NULL");
            } else {
                loads.run();
                assertThat(table.differences(table.select(name))).as(way.toString()).isEmpty();
            }
        }
    }

    /** Redshift loads rows of up to 4 MB: 4,194,304 bytes. */
    @Test
    void rowOfNearlyFourMegabytesArrivesAndALongerOneIsABadRow() throws Exception {
        final List<ColumnType<?>> types = new ArrayList<>();
        for (int i = 0; i < 65; i++) {
            types.add(Scalars.string());
        }
        final Object[] inside = types.stream().map(type -> "x".repeat(64_000)).toArray();
        final Object[] outside = types.stream().map(type -> "x".repeat(65_535)).toArray();
        final TestTable arrives = TestTable.of("long rows", types).row(inside);
        final Loads loads = new Loads();
        final String name = loads.append(arrives, Way.COPY_CSV);
        loads.run();
        assertThat(arrives.differences(arrives.select(name))).isEmpty();

        final Loads failing = Loads.withoutRestarts();
        failing.into(
                name,
                TestTable.of("long rows", types).row(outside),
                Way.COPY_CSV,
                List.of(),
                Map.of());
        assertThatThrownBy(failing::run)
                .rootCause()
                .hasMessageContaining("public." + name)
                .hasMessageContaining("4 MB");
        assertThat(LocalWarehouse.shared().number("SELECT COUNT(*) FROM " + name)).isEqualTo(1);
    }

    private static void check(List<Written> written) throws Exception {
        final List<String> wrong = new ArrayList<>();
        for (Written one : written) {
            final List<List<String>> selected = one.table.select(one.name);
            for (String difference : one.table.differences(selected)) {
                wrong.add(one.table.title() + ", " + one.way + ": " + difference);
            }
            final List<List<String>> other = one.table.select(one.other);
            for (int row = 0; row < Math.min(selected.size(), other.size()); row++) {
                for (int i = 0; i < selected.get(row).size(); i++) {
                    if (!one.table.isNested(i)
                            && !Objects.equals(selected.get(row).get(i), other.get(row).get(i))) {
                        wrong.add(
                                one.table.title()
                                        + ", row "
                                        + row
                                        + ": "
                                        + one.way
                                        + " shows "
                                        + TestTable.shown(selected.get(row).get(i))
                                        + ", another way showed "
                                        + TestTable.shown(other.get(row).get(i)));
                    }
                }
            }
        }
        assertThat(wrong.stream().limit(30)).as(Seed.repeat(RoundTripTest.class)).isEmpty();
    }
}
