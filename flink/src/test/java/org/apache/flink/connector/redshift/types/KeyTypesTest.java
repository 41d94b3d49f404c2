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
import org.apache.flink.types.RowKind;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Updates and deletes find their rows by keys of every type, alone and together. */
class KeyTypesTest {

    private static final int KEYS = 40;
    private static final int CHANGES = 300;

    /** One table in the warehouse, the way its changes take, and what they must leave. */
    private record Written(String name, Way way, TestTable left) {}

    @Test
    void lastChangeOfEachKeyWinsAndDeletesDelete() throws Exception {
        final Random random = new Random(Seed.VALUE);
        final Loads loads = Loads.withParallelSinks(2);
        final List<Written> written = new ArrayList<>();
        for (ColumnType<?> type : keyTypes()) {
            written.addAll(write(loads, List.of(type), random));
        }
        written.addAll(write(loads, keyTypes(), random));
        written.addAll(
                write(
                        loads,
                        keyTypes().stream().filter(Way.COPY_PARQUET::carries).toList(),
                        random));
        loads.run();

        final List<String> wrong = new ArrayList<>();
        for (Written one : written) {
            for (String difference : one.left.differences(one.left.select(one.name))) {
                wrong.add(one.left.title() + ", " + one.way + ": " + difference);
            }
        }
        assertThat(wrong).as(Seed.repeat(getClass())).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("typesThatCannotBeKeys")
    void keyThatRedshiftCannotCompareExactlyIsRefused(ColumnType<?> type) {
        final TestTable table = TestTable.of("refused", List.of(type));
        for (Way way : Way.all()) {
            assertThatThrownBy(() -> new Loads().into("t", table, way, List.of("c1"), Map.of()))
                    .isInstanceOf(ValidationException.class)
                    .hasMessageContaining("PRIMARY KEY column \"c1\"");
        }
    }

    /** Random changes of few keys; the columns after the key's are of every type that is no key. */
    private static List<Written> write(Loads loads, List<ColumnType<?>> keyTypes, Random random)
            throws Exception {
        final List<Written> written = new ArrayList<>();
        final List<String> key =
                IntStream.rangeClosed(1, keyTypes.size()).mapToObj(i -> "c" + i).toList();
        final List<ColumnType<?>> types = new ArrayList<>(keyTypes);
        types.addAll(List.of(Scalars.string(), Scalars.doublePrecision()));
        final TestTable table = TestTable.of("key " + keyTypes, types);
        final List<Object[]> keys =
                Stream.generate(
                                () ->
                                        keyTypes.stream()
                                                .map(type -> type.someValue(random))
                                                .toArray())
                        .limit(KEYS)
                        .toList();
        for (int i = 0; i < CHANGES; i++) {
            final Object[] row = Arrays.copyOf(keys.get(random.nextInt(KEYS)), types.size());
            final RowKind kind = RowKind.values()[random.nextInt(RowKind.values().length)];
            if (kind == RowKind.INSERT || kind == RowKind.UPDATE_AFTER) {
                for (int column = keyTypes.size(); column < row.length; column++) {
                    row[column] = types.get(column).someValue(random);
                }
            }
            table.change(kind, row);
        }
        for (Way way : Way.all()) {
            if (types.stream().allMatch(way::carries)) {
                final String name = LocalWarehouse.newTable("keys");
                LocalWarehouse.shared().execute(table.createStatement(name));
                loads.into(name, table, way, key, Map.of());
                written.add(new Written(name, way, table.fold(key)));
            }
        }
        return written;
    }

    private static List<ColumnType<?>> keyTypes() {
        return List.of(
                Scalars.bool(),
                Scalars.tinyInt(),
                Scalars.smallInt(),
                Scalars.integer(),
                Scalars.bigInt(),
                Scalars.decimal(38, 37),
                Scalars.decimal(19, 0),
                Scalars.decimal(18, 9),
                Scalars.character(8),
                Scalars.trimmed(64),
                Scalars.date(),
                Scalars.time(),
                Scalars.timestamp(6),
                Scalars.timestampLtz(6));
    }

    static List<ColumnType<?>> typesThatCannotBeKeys() {
        return List.of(
                Scalars.real(),
                Scalars.doublePrecision(),
                Scalars.binary(4),
                Scalars.varbinary(4),
                Scalars.yearsAndMonths(),
                Scalars.daysToSeconds(),
                Nested.array(Scalars.integer()),
                Nested.map(Scalars.string(), Scalars.integer()),
                Nested.multiset(Scalars.string()),
                Nested.row(List.of("f"), List.of(Scalars.integer())));
    }
}
