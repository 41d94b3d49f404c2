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
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Tables whose columns and rows follow from a seed. */
final class RandomTables {

    private static final int TABLES = 3;
    private static final int ROWS = 40;

    private static final List<String> FIELDS =
            List.of("a", "two words", "q\"uote", "Mixed", "é", "\\", "7");

    private RandomTables() {}

    /** One table with a column of each type, and some with columns and parameters drawn. */
    static List<TestTable> of(long seed) {
        final Random random = new Random(seed);
        final List<TestTable> tables = new ArrayList<>();
        tables.add(TestTable.of("each type", each()).fill(random.nextLong(), ROWS));
        tables.add(
                TestTable.of("each type inside", eachInside()).fill(random.nextLong(), ROWS / 4));
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
                Scalars.timestampLtz(3),
                Scalars.binary(3),
                Scalars.varbinary(40),
                Scalars.yearsAndMonths(),
                Scalars.daysToSeconds(),
                Nested.array(Scalars.string()),
                Nested.map(Scalars.string(), Scalars.decimal(38, 37)),
                Nested.multiset(Scalars.string()),
                Nested.row(
                        FIELDS.subList(0, 2), List.of(Scalars.bigInt(), Scalars.finiteDouble())));
    }

    /** One column for every type that may stand inside of others. */
    private static List<ColumnType<?>> eachInside() {
        final List<ColumnType<?>> types = new ArrayList<>();
        leaves().forEach(leaf -> types.add(Nested.array(leaf)));
        leaves().forEach(leaf -> types.add(Nested.map(leaf, Scalars.integer())));
        leaves().forEach(leaf -> types.add(Nested.multiset(leaf)));
        final List<String> names =
                IntStream.range(0, leaves().size()).mapToObj(i -> "f" + i).toList();
        types.add(Nested.row(names, leaves()));
        types.add(Nested.array(Nested.row(names, leaves())));
        types.add(
                Nested.map(
                        Nested.row(List.of("k"), List.of(Scalars.date())),
                        Nested.array(Scalars.string())));
        types.add(Nested.multiset(Nested.array(Scalars.integer())));
        return types;
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
            case 4:
                return random.nextBoolean()
                        ? Scalars.binary(1 + random.nextInt(100))
                        : Scalars.varbinary(1 + random.nextInt(100));
            case 5:
            case 6:
                return nested(random, 3);
            default:
                return one(each(), random);
        }
    }

    /** Nested to the given depth at most. */
    private static ColumnType<?> nested(Random random, int depth) {
        switch (random.nextInt(4)) {
            case 0:
                return Nested.array(inside(random, depth));
            case 1:
                return Nested.map(key(random, depth), inside(random, depth));
            case 2:
                return Nested.multiset(key(random, depth));
            default:
                final List<String> names = FIELDS.subList(0, 1 + random.nextInt(FIELDS.size()));
                return Nested.row(
                        names,
                        names.stream().<ColumnType<?>>map(name -> inside(random, depth)).toList());
        }
    }

    private static ColumnType<?> key(Random random, int depth) {
        return random.nextInt(4) == 0 ? inside(random, depth) : one(leaves(), random);
    }

    private static ColumnType<?> inside(Random random, int depth) {
        return depth > 1 && random.nextInt(3) == 0
                ? nested(random, depth - 1)
                : one(leaves(), random);
    }

    /** Every scalar that JSON can hold. */
    static List<ColumnType<?>> leaves() {
        return List.of(
                Scalars.bool(),
                Scalars.tinyInt(),
                Scalars.smallInt(),
                Scalars.integer(),
                Scalars.bigInt(),
                Scalars.finiteReal(),
                Scalars.finiteDouble(),
                Scalars.decimal(38, 38),
                Scalars.decimal(19, 0),
                Scalars.decimal(9, 2),
                Scalars.character(4),
                Scalars.varchar(64),
                Scalars.string(),
                Scalars.anyBytes(8),
                Scalars.date(),
                Scalars.time(),
                Scalars.timestamp(6),
                Scalars.timestampLtz(6),
                Scalars.yearsAndMonths(),
                Scalars.daysToSeconds());
    }

    private static ColumnType<?> one(List<ColumnType<?>> types, Random random) {
        return types.get(random.nextInt(types.size()));
    }
}
