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

package org.apache.flink.connector.redshift.sink;

import org.apache.flink.table.api.DataTypes;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericArrayData;
import org.apache.flink.table.data.GenericMapData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.data.utils.JoinedRowData;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.Map;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/** What Flink's serialiser would write as another value is refused by name. */
class BinaryRowsTest {

    private static final DataType DECIMAL = DataTypes.DECIMAL(12, 2);

    @Test
    void timestampOfNoMoreDigitsThanRedshiftAndFlinkKeepIsTaken() throws Exception {
        final TimestampData millis = TimestampData.fromEpochMillis(-1);
        final TimestampData micros = TimestampData.fromEpochMillis(-1, 999_000);
        final TimestampData nanos = TimestampData.fromEpochMillis(-1, 999_999);
        assertThat(write(DataTypes.TIMESTAMP(0), millis).getTimestamp(1, 0)).isEqualTo(millis);
        assertThat(write(DataTypes.TIMESTAMP(4), micros).getTimestamp(1, 4)).isEqualTo(micros);
        assertThat(write(DataTypes.TIMESTAMP_LTZ(6), micros).getTimestamp(1, 6)).isEqualTo(micros);
        // Its table was declared with 'sink.timestamp-overflow' = 'cut'.
        assertThat(write(DataTypes.TIMESTAMP(9), nanos).getTimestamp(1, 9)).isEqualTo(nanos);
    }

    static Stream<Arguments> valuesThatWouldBecomeOthers() {
        final DecimalData three = decimal("1.250", 12, 3);
        final DecimalData one = decimal("1.5", 38, 1);
        final TimestampData micros = TimestampData.fromEpochMillis(7, 1_000);
        final TimestampData nanos = TimestampData.fromEpochMillis(7, 1_001);
        final DataType row = DataTypes.ROW(DataTypes.FIELD("f", DECIMAL));
        return Stream.of(
                arguments(DECIMAL, three, "a DECIMAL(12, 3)"),
                arguments(DECIMAL, decimal("1.25", 11, 2), "a DECIMAL(11, 2)"),
                arguments(DataTypes.DECIMAL(38, 2), one, "a DECIMAL(38, 1)"),
                arguments(DataTypes.TIMESTAMP(3), micros, "more than 3 digits"),
                arguments(DataTypes.TIMESTAMP_LTZ(6), nanos, "more than 6 digits"),
                arguments(
                        DataTypes.ARRAY(DECIMAL),
                        new GenericArrayData(new Object[] {null, decimal("1.25", 12, 2), three}),
                        "a DECIMAL(12, 3)"),
                arguments(
                        DataTypes.MAP(DECIMAL, DataTypes.INT()),
                        new GenericMapData(Map.of(three, 1)),
                        "a DECIMAL(12, 3)"),
                arguments(
                        DataTypes.MAP(DataTypes.INT(), DataTypes.TIMESTAMP(3)),
                        new GenericMapData(Map.of(1, micros)),
                        "more than 3 digits"),
                arguments(
                        DataTypes.MULTISET(DECIMAL),
                        new GenericMapData(Map.of(three, 1)),
                        "a DECIMAL(12, 3)"),
                arguments(row, GenericRowData.of(three), "a DECIMAL(12, 3)"),
                arguments(row, GenericRowData.of(null, 1), "a row of 2 fields"),
                arguments(DataTypes.STRING(), "text", "java.lang.String cannot be cast"),
                arguments(DataTypes.BIGINT(), 1, "java.lang.Integer cannot be cast"),
                arguments(DECIMAL, BigDecimal.ONE, "java.math.BigDecimal cannot be cast"),
                arguments(
                        DataTypes.ARRAY(DataTypes.STRING()),
                        new GenericArrayData(new Object[] {"text"}),
                        "java.lang.String cannot be cast"));
    }

    @ParameterizedTest
    @MethodSource("valuesThatWouldBecomeOthers")
    void valueThatWouldBecomeAnotherIsRefusedByName(DataType type, Object value, String given) {
        assertThatThrownBy(() -> write(type, value))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Column \"v\" of public.t was declared " + type.toString())
                .hasMessageContaining(given);
    }

    @Test
    void nullsAreTakenEverywhere() throws Exception {
        final DataType nested =
                DataTypes.ROW(
                        DataTypes.FIELD("d", DECIMAL.notNull()),
                        DataTypes.FIELD("a", DataTypes.ARRAY(DECIMAL)),
                        DataTypes.FIELD("m", DataTypes.MAP(DataTypes.INT(), DECIMAL)));
        assertThat(write(nested.notNull(), null).isNullAt(1)).isTrue();
        assertThat(write(nested, new GenericRowData(3)).getRow(1, 3).isNullAt(0)).isTrue();
    }

    @Test
    void rowsThatAreBinaryAreNotLookedAt() throws Exception {
        final BinaryRows rows = rows(DECIMAL);
        final BinaryRowData row =
                rows.of(GenericRowData.of(StringData.fromString("a"), decimal("1.25", 12, 2)))
                        .copy();
        assertThat(rows.of(row)).isSameAs(row);
        assertThat(
                        rows.of(
                                        new JoinedRowData(
                                                GenericRowData.of(StringData.fromString("a")),
                                                GenericRowData.of(decimal("1.25", 12, 2))))
                                .copy())
                .isEqualTo(row);
    }

    @Test
    void keyOfAnotherClassIsRefusedByName() {
        final RowType type =
                (RowType)
                        DataTypes.ROW(DataTypes.FIELD("id", DataTypes.STRING().notNull()))
                                .getLogicalType();
        final KeyHash<GenericRowData> hash =
                new KeyHash<>(
                        new CheckedConverter<>(row -> row, 1, "public.t"),
                        type,
                        type.getFieldNames());
        assertThatThrownBy(() -> hash.getKey(GenericRowData.of("text")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("Column \"id\" of public.t was declared STRING")
                .hasMessageContaining("java.lang.String cannot be cast");
    }

    private static BinaryRowData write(DataType type, Object value) throws IOException {
        return rows(type).of(GenericRowData.of(StringData.fromString("before"), value));
    }

    private static BinaryRows rows(DataType type) {
        return new BinaryRows(
                (RowType)
                        DataTypes.ROW(
                                        DataTypes.FIELD("before", DataTypes.STRING()),
                                        DataTypes.FIELD("v", type))
                                .getLogicalType(),
                "public.t");
    }

    private static DecimalData decimal(String value, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
    }
}
