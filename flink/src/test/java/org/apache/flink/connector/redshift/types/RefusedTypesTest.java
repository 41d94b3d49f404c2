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

import org.apache.flink.api.common.typeutils.base.VoidSerializer;
import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.types.DataType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** What cannot be carried exactly is refused before anything runs. */
class RefusedTypesTest {

    @ParameterizedTest(name = "{0}")
    @MethodSource("typesThatParquetCannotCarry")
    void parquetRefusesWhatCopyWouldNotTakeOutOfItAndPointsToCsv(ColumnType<?> type) {
        final TestTable table = TestTable.of("parquet", List.of(Scalars.integer(), type));
        assertThatThrownBy(
                        () -> new Loads().into("t", table, Way.COPY_PARQUET, List.of(), Map.of()))
                .isInstanceOf(ValidationException.class)
                .hasMessageContaining("c2")
                .hasMessageContaining("'sink.copy.format' to 'csv'");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("typesThatRedshiftLacks")
    void typeThatRedshiftCannotHoldIsRefusedByEveryWay(DataType type) {
        for (Way way : Way.all()) {
            for (DataType wrapped : List.of(type, DataTypes.ARRAY(type))) {
                final TestTable table =
                        TestTable.of("refused", List.of(ColumnType.of(wrapped, "none")));
                assertThatThrownBy(() -> new Loads().into("t", table, way, List.of(), Map.of()))
                        .isInstanceOf(ValidationException.class)
                        .hasMessageContaining("\"c1\"")
                        .hasMessageContaining(
                                type.getLogicalType().getTypeRoot().name().split("_")[0]);
            }
        }
    }

    static List<ColumnType<?>> typesThatParquetCannotCarry() {
        final List<ColumnType<?>> types = new ArrayList<>(RandomTables.each());
        RandomTables.leaves().forEach(leaf -> types.add(Nested.array(leaf)));
        types.add(Nested.map(Scalars.string(), Scalars.integer()));
        types.add(Nested.array(Nested.map(Scalars.string(), Scalars.integer())));
        types.add(Nested.row(List.of("m"), List.of(Nested.multiset(Scalars.string()))));
        types.removeIf(ColumnType::isInParquet);
        return types;
    }

    static Stream<DataType> typesThatRedshiftLacks() {
        return Stream.of(
                DataTypes.TIMESTAMP(7),
                DataTypes.TIMESTAMP(9),
                DataTypes.TIMESTAMP_LTZ(9),
                DataTypes.TIMESTAMP_WITH_TIME_ZONE(3),
                DataTypes.RAW(Void.class, VoidSerializer.INSTANCE));
    }
}
