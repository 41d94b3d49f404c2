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

/** Every value of every type arrives as it was given, whatever the way. */
class RoundTripTest {

    private static final long SEED = Long.getLong("redshift.types.seed", System.nanoTime());

    private static final List<Way> WAYS = List.of(Way.COPY_CSV, Way.JDBC);

    @Test
    void everyValueOfRandomTablesArrives() throws Exception {
        final List<TestTable> tables = RandomTables.of(SEED);
        final Loads loads = new Loads();
        final List<List<String>> names = new ArrayList<>();
        for (TestTable table : tables) {
            final List<String> ways = new ArrayList<>();
            for (Way way : WAYS) {
                ways.add(loads.append(table.along(way), way));
            }
            names.add(ways);
        }
        loads.run();

        final List<String> wrong = new ArrayList<>();
        for (int i = 0; i < tables.size(); i++) {
            for (Way way : WAYS) {
                final TestTable table = tables.get(i).along(way);
                for (String difference :
                        table.differences(table.select(names.get(i).get(WAYS.indexOf(way))))) {
                    wrong.add(table.title() + ", " + way + ": " + difference);
                }
            }
        }
        assertThat(wrong).as("repeat with -DargLine=-Dredshift.types.seed=" + SEED).isEmpty();
    }
}
