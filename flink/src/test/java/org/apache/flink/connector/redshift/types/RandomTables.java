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

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** Tables whose columns and rows follow from a seed. */
final class RandomTables {

    private static final int TABLES = 4;
    private static final int ROWS = 60;

    private RandomTables() {}

    /** One table with a column of each type, and some with columns and parameters drawn. */
    static List<TestTable> of(long seed) {
        final Random random = new Random(seed);
        final List<TestTable> tables = new ArrayList<>();
        tables.add(TestTable.of("each type", each()).fill(random.nextLong(), ROWS));
        for (int i = 1; i <= TABLES; i++) {
            final List<ColumnType<?>> types =
                    Stream.<ColumnType<?>>generate(() -> any(random))
                            .limit(1 + random.nextInt(12))
                            .toList();
            tables.add(TestTable.of("random table " + i, types).fill(random.nextLong(), ROWS));
        }
        return tables;
    }

    static List<ColumnType<?>> each() {
        return List.of(
                Scalars.bool(),
                Scalars.tinyInt(),
                Scalars.smallInt(),
                Scalars.integer(),
                Scalars.bigInt(),
                Scalars.real(),
                Scalars.doublePrecision(),
                Scalars.decimal(38, 37),
                Scalars.decimal(38, 0),
                Scalars.decimal(19, 0),
                Scalars.decimal(19, 19),
                Scalars.decimal(18, 9),
                Scalars.decimal(1, 0),
                Scalars.character(4),
                Scalars.character(255),
                Scalars.varchar(1),
                Scalars.varchar(64),
                Scalars.string(),
                Scalars.date(),
                Scalars.time(),
                Scalars.timestamp(6),
                Scalars.timestamp(0),
                Scalars.timestampLtz(6),
                Scalars.timestampLtz(3));
    }

    private static ColumnType<?> any(Random random) {
        switch (random.nextInt(8)) {
            case 0:
                final int precision = 1 + random.nextInt(38);
                return Scalars.decimal(precision, random.nextInt(Math.min(precision, 37) + 1));
            case 1:
                return Scalars.character(1 + random.nextInt(255));
            case 2:
                return Scalars.varchar(1 + random.nextInt(1000));
            case 3:
                return random.nextBoolean()
                        ? Scalars.timestamp(random.nextInt(7))
                        : Scalars.timestampLtz(random.nextInt(7));
            default:
                return each().get(random.nextInt(each().size()));
        }
    }
}
