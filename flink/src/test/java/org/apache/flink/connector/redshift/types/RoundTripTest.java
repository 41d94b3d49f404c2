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

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every value of every type arrives as it was given, whatever the way, in tables with and without a
 * key.
 */
class RoundTripTest {

    /** A table in the warehouse, and what must be in it. */
    private record Written(String name, Way way, TestTable table) {}

    @Test
    void everyValueOfRandomTablesArrivesAppended() throws Exception {
        final Loads loads = new Loads();
        final List<Written> written = new ArrayList<>();
        for (TestTable all : RandomTables.of(Seed.VALUE)) {
            for (Way way : Way.all()) {
                final TestTable table = all.along(way);
                written.add(new Written(loads.append(table, way), way, table));
            }
        }
        loads.run();
        check(written);
    }

    @Test
    void everyValueOfRandomTablesArrivesInPlaceOfAnother() throws Exception {
        final Loads loads = Loads.withParallelSinks(2);
        final List<Written> written = new ArrayList<>();
        for (TestTable all : RandomTables.of(Seed.VALUE)) {
            for (Way way : Way.ofChanges()) {
                final TestTable table = all.along(way);
                written.add(new Written(loads.replace(table, way), way, table));
            }
        }
        loads.run();
        check(written);
    }

    private static void check(List<Written> written) throws Exception {
        final List<String> wrong = new ArrayList<>();
        for (Written one : written) {
            for (String difference : one.table.differences(one.table.select(one.name))) {
                wrong.add(one.table.title() + ", " + one.way + ": " + difference);
            }
        }
        assertThat(wrong.stream().limit(30)).as(Seed.repeat(RoundTripTest.class)).isEmpty();
    }
}
