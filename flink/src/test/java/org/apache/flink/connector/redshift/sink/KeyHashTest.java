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
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.utils.JoinedRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.types.RowKind;

import org.junit.jupiter.api.Test;

import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/** Keys that Redshift takes for equal have one hash, whatever class their rows are of. */
class KeyHashTest {

    @Test
    void trailingBlanksDoNotCount() throws Exception {
        final DataType text = DataTypes.STRING();
        assertThat(hash(text, StringData.fromString("a ")))
                .isEqualTo(hash(text, StringData.fromString("a")))
                .isEqualTo(hash(text, StringData.fromString("a     ")))
                .isNotEqualTo(hash(text, StringData.fromString(" a")))
                .isNotEqualTo(hash(text, StringData.fromString("a\t")));
        assertThat(hash(text, StringData.fromString("   ")))
                .isEqualTo(hash(text, StringData.fromString("")));
        assertThat(hash(DataTypes.CHAR(3), StringData.fromString("é ")))
                .isEqualTo(hash(DataTypes.CHAR(3), StringData.fromString("é")));
    }

    @Test
    void timestampsCountInMicroseconds() throws Exception {
        final DataType timestamp = DataTypes.TIMESTAMP(9);
        assertThat(hash(timestamp, TimestampData.fromEpochMillis(-1, 1_999)))
                .isEqualTo(hash(timestamp, TimestampData.fromEpochMillis(-1, 1_000)))
                .isNotEqualTo(hash(timestamp, TimestampData.fromEpochMillis(-1, 2_000)));
        // Flink keeps no more than milliseconds of these once the row was serialised.
        assertThat(hash(DataTypes.TIMESTAMP(3), TimestampData.fromEpochMillis(7, 5_000)))
                .isEqualTo(hash(DataTypes.TIMESTAMP(3), TimestampData.fromEpochMillis(7)));
    }

    @Test
    void rowsOfEveryClassAndKeyTypeHaveOneHash() throws Exception {
        final DataType type =
                DataTypes.ROW(
                        DataTypes.FIELD("f0", DataTypes.BOOLEAN()),
                        DataTypes.FIELD("f1", DataTypes.TINYINT()),
                        DataTypes.FIELD("f2", DataTypes.SMALLINT()),
                        DataTypes.FIELD("f3", DataTypes.INT()),
                        DataTypes.FIELD("f4", DataTypes.BIGINT()),
                        DataTypes.FIELD("f5", DataTypes.DECIMAL(9, 2)),
                        DataTypes.FIELD("f6", DataTypes.DECIMAL(38, 20)),
                        DataTypes.FIELD("f7", DataTypes.CHAR(4)),
                        DataTypes.FIELD("f8", DataTypes.STRING()),
                        DataTypes.FIELD("f9", DataTypes.DATE()),
                        DataTypes.FIELD("f10", DataTypes.TIME(3)),
                        DataTypes.FIELD("f11", DataTypes.TIMESTAMP(3)),
                        DataTypes.FIELD("f12", DataTypes.TIMESTAMP(6)),
                        DataTypes.FIELD("f13", DataTypes.TIMESTAMP_LTZ(6)));
        final RowType rowType = (RowType) type.getLogicalType();
        final GenericRowData row =
                GenericRowData.of(
                        true,
                        (byte) -1,
                        (short) 2,
                        3,
                        4L,
                        decimal("-5.25", 9, 2),
                        decimal("6.00000000000000000001", 38, 20),
                        StringData.fromString("ab"),
                        StringData.fromString("longer than seven bytes"),
                        19_000,
                        1_000,
                        TimestampData.fromEpochMillis(-12),
                        TimestampData.fromEpochMillis(13, 999_000),
                        TimestampData.fromEpochMillis(14, 1_000));
        final KeyHash<RowData> hash = keyHash(rowType, rowType.getFieldNames());
        final int ofGeneric = hash.getKey(row);
        assertThat(hash.getKey(new RowDataSerializer(rowType).toBinaryRow(row)))
                .isEqualTo(ofGeneric);
        final GenericRowData left = new GenericRowData(5);
        final GenericRowData right = new GenericRowData(row.getArity() - 5);
        for (int i = 0; i < row.getArity(); i++) {
            (i < 5 ? left : right).setField(i < 5 ? i : i - 5, row.getField(i));
        }
        assertThat(hash.getKey(new JoinedRowData(left, right))).isEqualTo(ofGeneric);
        row.setRowKind(RowKind.DELETE);
        assertThat(hash.getKey(row)).isEqualTo(ofGeneric);
        // Every field counts.
        final Set<Integer> seen = new HashSet<>(List.of(ofGeneric));
        for (int i = 0; i < row.getArity(); i++) {
            final Object field = row.getField(i);
            row.setField(i, null);
            assertThat(seen.add(hash.getKey(row))).as("field %s", i).isTrue();
            row.setField(i, field);
        }
    }

    @Test
    void onlyTheKeysColumnsAreRead() throws Exception {
        final RowType rowType =
                (RowType)
                        DataTypes.ROW(
                                        DataTypes.FIELD("v", DataTypes.INT().notNull()),
                                        DataTypes.FIELD("id", DataTypes.INT().notNull()))
                                .getLogicalType();
        final KeyHash<RowData> hash = keyHash(rowType, List.of("id"));
        assertThat(hash.getKey(GenericRowData.of(null, 7)))
                .isEqualTo(hash.getKey(GenericRowData.of(1, 7)))
                .isNotEqualTo(hash.getKey(GenericRowData.of(1, 8)));
    }

    @Test
    void rowOfAnotherShapeIsRefusedAsTheWriterDoes() {
        final RowType rowType =
                (RowType) DataTypes.ROW(DataTypes.FIELD("id", DataTypes.INT())).getLogicalType();
        assertThatThrownBy(() -> keyHash(rowType, List.of("id")).getKey(GenericRowData.of(1, 2)))
                .hasMessageContaining("a row of 2 fields")
                .hasMessageContaining("public.t");
    }

    private static int hash(DataType type, Object value) throws Exception {
        final RowType rowType =
                (RowType) DataTypes.ROW(DataTypes.FIELD("k", type)).getLogicalType();
        return keyHash(rowType, List.of("k")).getKey(GenericRowData.of(value));
    }

    private static KeyHash<RowData> keyHash(RowType rowType, List<String> key) {
        return new KeyHash<>(
                new CheckedConverter<>(row -> row, rowType.getFieldCount(), "public.t"),
                rowType,
                key);
    }

    private static DecimalData decimal(String value, int precision, int scale) {
        return DecimalData.fromBigDecimal(new BigDecimal(value), precision, scale);
    }
}
