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

import org.apache.flink.annotation.Internal;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Arrays;
import java.util.List;

/**
 * The hash of an element's primary key, by which a sink of several subtasks divides its input:
 * changes of one key go to one subtask, in their order.
 *
 * <p>Keys that Redshift takes for equal have one hash: trailing blanks do not count, decimals are
 * taken at the column's scale, timestamps in microseconds. It comes from the fields' contents
 * alone, since a row has another class before a shuffle than after it.
 *
 * @param <T> type of the stream's elements
 */
@Internal
final class KeyHash<T> implements KeySelector<T, Integer> {

    private static final long serialVersionUID = 1L;

    private final CheckedConverter<T> converter;
    private final int[] positions;
    private final LogicalType[] types;

    /**
     * @param key names of columns of {@code rowType}
     */
    KeyHash(CheckedConverter<T> converter, RowType rowType, List<String> key) {
        this.converter = converter;
        this.positions = key.stream().mapToInt(rowType::getFieldIndex).toArray();
        this.types =
                Arrays.stream(positions).mapToObj(rowType::getTypeAt).toArray(LogicalType[]::new);
    }

    @Override
    public Integer getKey(T element) throws Exception {
        final RowData row = converter.convert(element);
        int hash = 1;
        for (int i = 0; i < positions.length; i++) {
            hash = 31 * hash + hash(row, positions[i], types[i]);
        }
        return hash;
    }

    private static int hash(RowData row, int position, LogicalType type) {
        if (row.isNullAt(position)) {
            // A bad row wherever it goes.
            return 0;
        }
        return switch (type.getTypeRoot()) {
            case BOOLEAN -> Boolean.hashCode(row.getBoolean(position));
            case TINYINT -> row.getByte(position);
            case SMALLINT -> row.getShort(position);
            case INTEGER, DATE, TIME_WITHOUT_TIME_ZONE, INTERVAL_YEAR_MONTH -> row.getInt(position);
            case BIGINT, INTERVAL_DAY_TIME -> Long.hashCode(row.getLong(position));
            case DECIMAL -> decimal(row, position, (DecimalType) type);
            case CHAR, VARCHAR -> withoutTrailingBlanks(row.getString(position).toBytes());
            case BINARY, VARBINARY -> Arrays.hashCode(row.getBinary(position));
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                    microseconds(row, position, LogicalTypeChecks.getPrecision(type));
            default ->
                    throw new IllegalStateException(
                            "A column of type " + type.asSummaryString() + " cannot be a key.");
        };
    }

    private static int decimal(RowData row, int position, DecimalType type) {
        final BigDecimal value =
                row.getDecimal(position, type.getPrecision(), type.getScale()).toBigDecimal();
        return value.setScale(type.getScale(), RoundingMode.HALF_UP).unscaledValue().hashCode();
    }

    private static int withoutTrailingBlanks(byte[] utf8) {
        int end = utf8.length;
        while (end > 0 && utf8[end - 1] == ' ') {
            end--;
        }
        int hash = 1;
        for (int i = 0; i < end; i++) {
            hash = 31 * hash + utf8[i];
        }
        return hash;
    }

    private static int microseconds(RowData row, int position, int precision) {
        final TimestampData value = row.getTimestamp(position, precision);
        // Up to milliseconds Flink keeps no more than these in its binary rows.
        final int nanos = precision <= 3 ? 0 : value.getNanoOfMillisecond();
        return 31 * Long.hashCode(value.getMillisecond()) + nanos / 1000;
    }
}
