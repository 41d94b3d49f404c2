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
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryStringData;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

import java.util.Arrays;
import java.util.List;

/**
 * The hash of an element's primary key, by which a sink of several subtasks divides its input:
 * changes of one key go to one subtask, in their order.
 *
 * <p>Keys that Redshift takes for equal have one hash: trailing blanks do not count, timestamps
 * count in microseconds. It comes from the fields' contents alone, since a row has another class
 * before a shuffle than after it.
 *
 * @param <T> type of the stream's elements
 */
@Internal
final class KeyHash<T> implements KeySelector<T, Integer> {

    private static final long serialVersionUID = 1L;

    private final CheckedConverter<T> converter;
    private final String[] names;
    private final int[] positions;
    private final LogicalType[] types;

    /**
     * @param key names of columns of {@code rowType}
     */
    KeyHash(CheckedConverter<T> converter, RowType rowType, List<String> key) {
        this.converter = converter;
        this.names = key.toArray(String[]::new);
        this.positions = key.stream().mapToInt(rowType::getFieldIndex).toArray();
        this.types =
                Arrays.stream(positions).mapToObj(rowType::getTypeAt).toArray(LogicalType[]::new);
    }

    @Override
    public Integer getKey(T element) throws Exception {
        final RowData row = converter.convert(element);
        int hash = 1;
        for (int i = 0; i < positions.length; i++) {
            try {
                hash = 31 * hash + hash(row, positions[i], types[i]);
            } catch (RuntimeException error) {
                throw BinaryRows.unreadable(converter.table(), names[i], types[i], error);
            }
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
            case INTEGER, DATE, TIME_WITHOUT_TIME_ZONE -> row.getInt(position);
            case BIGINT -> Long.hashCode(row.getLong(position));
            case DECIMAL -> decimal(row, position, (DecimalType) type);
            case CHAR, VARCHAR -> withoutTrailingBlanks((BinaryStringData) row.getString(position));
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                    microseconds(row, position, LogicalTypeChecks.getPrecision(type));
            default ->
                    throw new IllegalStateException(
                            "A column of type " + type.asSummaryString() + " cannot be a key.");
        };
    }

    private static int decimal(RowData row, int position, DecimalType type) {
        final DecimalData value = row.getDecimal(position, type.getPrecision(), type.getScale());
        return DecimalData.isCompact(type.getPrecision())
                ? Long.hashCode(value.toUnscaledLong())
                : value.toBigDecimal().unscaledValue().hashCode();
    }

    /** Byte by byte, as a copy of them would be garbage for every row. */
    private static int withoutTrailingBlanks(BinaryStringData text) {
        int end = text.getSizeInBytes();
        while (end > 0 && text.byteAt(end - 1) == ' ') {
            end--;
        }
        int hash = 1;
        for (int i = 0; i < end; i++) {
            hash = 31 * hash + text.byteAt(i);
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
