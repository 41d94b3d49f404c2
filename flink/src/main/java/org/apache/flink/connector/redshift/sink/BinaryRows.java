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
import org.apache.flink.table.data.ArrayData;
import org.apache.flink.table.data.DecimalData;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.MapData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.TimestampData;
import org.apache.flink.table.data.binary.BinaryArrayData;
import org.apache.flink.table.data.binary.BinaryFormat;
import org.apache.flink.table.data.binary.BinaryMapData;
import org.apache.flink.table.data.binary.BinaryRowData;
import org.apache.flink.table.runtime.typeutils.RowDataSerializer;
import org.apache.flink.table.types.logical.DecimalType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;
import org.apache.flink.table.types.logical.utils.LogicalTypeChecks;

import javax.annotation.Nullable;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings rows into Flink's binary form. Flink's own serialiser believes that a field is what its
 * type says: it writes the digits of a decimal of another scale as they are, cuts timestamps and
 * leaves out fields. Such a row is refused here. Rows that are binary already cost nothing.
 */
@Internal
final class BinaryRows {

    /** What a value is, where its type cannot hold it; null where it can. */
    @FunctionalInterface
    private interface Check {
        @Nullable
        String refused(Object value);
    }

    private record Column(String name, LogicalType type, RowData.FieldGetter field, Check check) {}

    private final String table;
    private final RowDataSerializer serializer;
    private final List<Column> columns = new ArrayList<>();
    private final List<Column> checked;

    BinaryRows(RowType rowType, String table) {
        this.table = table;
        for (RowType.RowField field : rowType.getFields()) {
            // A delete may carry its key alone, whatever columns are declared NOT NULL.
            final LogicalType type = field.getType().copy(true);
            columns.add(
                    new Column(
                            field.getName(),
                            type,
                            RowData.createFieldGetter(type, columns.size()),
                            check(type)));
        }
        this.checked = columns.stream().filter(column -> column.check != null).toList();
        this.serializer =
                new RowDataSerializer(
                        columns.stream().map(Column::type).toArray(LogicalType[]::new));
    }

    /** The row itself if it is binary, otherwise one object that every call reuses. */
    BinaryRowData of(RowData row) throws IOException {
        if (row instanceof BinaryRowData binary) {
            return binary;
        }
        try {
            for (Column column : checked) {
                final Object value = column.field.getFieldOrNull(row);
                final String refused = value == null ? null : column.check.refused(value);
                if (refused != null) {
                    throw new IOException(
                            named(table, column.name, column.type)
                                    + ", and the row for it holds "
                                    + refused
                                    + ", which would become another value. Convert it before the"
                                    + " sink, or declare the column as what it is.");
                }
            }
            return serializer.toBinaryRow(row);
        } catch (RuntimeException error) {
            throw explained(row, error);
        }
    }

    private IOException explained(RowData row, RuntimeException error) {
        for (Column column : columns) {
            try {
                new RowDataSerializer(column.type)
                        .toBinaryRow(GenericRowData.of(column.field.getFieldOrNull(row)));
            } catch (RuntimeException ofThisColumn) {
                return unreadable(table, column.name, column.type, ofThisColumn);
            }
        }
        return new IOException("A row for " + table + " cannot be read: " + error, error);
    }

    static IOException unreadable(
            String table, String column, LogicalType type, RuntimeException error) {
        return new IOException(
                named(table, column, type)
                        + ", and the row for it holds something else: "
                        + error.getMessage()
                        + ". Rows hold Flink's internal data structures: StringData, DecimalData,"
                        + " TimestampData, ...",
                error);
    }

    private static String named(String table, String column, LogicalType type) {
        return "Column \""
                + column
                + "\" of "
                + table
                + " was declared "
                + type.copy(true).asSummaryString();
    }

    @Nullable
    private static Check check(LogicalType type) {
        return switch (type.getTypeRoot()) {
            case DECIMAL -> decimal((DecimalType) type);
            case TIMESTAMP_WITHOUT_TIME_ZONE, TIMESTAMP_WITH_LOCAL_TIME_ZONE ->
                    timestamp(LogicalTypeChecks.getPrecision(type));
            case ARRAY -> array(type.getChildren().get(0));
            case MAP -> map(array(type.getChildren().get(0)), array(type.getChildren().get(1)));
            case MULTISET -> map(array(type.getChildren().get(0)), null);
            case ROW -> row((RowType) type);
            default -> null;
        };
    }

    private static Check decimal(DecimalType type) {
        return value -> {
            final DecimalData decimal = (DecimalData) value;
            return decimal.scale() == type.getScale() && decimal.precision() == type.getPrecision()
                    ? null
                    : "a DECIMAL(" + decimal.precision() + ", " + decimal.scale() + ")";
        };
    }

    /** Up to milliseconds Flink keeps no more than these, and Redshift keeps microseconds. */
    private static Check timestamp(int precision) {
        final int lost = precision <= 3 ? 1_000_000 : precision <= 6 ? 1_000 : 1;
        return value ->
                ((TimestampData) value).getNanoOfMillisecond() % lost == 0
                        ? null
                        : "a timestamp with more than "
                                + (precision <= 3 ? 3 : 6)
                                + " digits"
                                + " behind the seconds";
    }

    @Nullable
    private static Check array(LogicalType type) {
        final Check element = check(type);
        if (element == null) {
            return null;
        }
        final ArrayData.ElementGetter getter = ArrayData.createElementGetter(type.copy(true));
        return value -> {
            final ArrayData array = (ArrayData) value;
            String refused = null;
            for (int i = 0;
                    i < array.size() && refused == null && !(array instanceof BinaryArrayData);
                    i++) {
                final Object one = getter.getElementOrNull(array, i);
                refused = one == null ? null : element.refused(one);
            }
            return refused;
        };
    }

    @Nullable
    private static Check map(@Nullable Check keys, @Nullable Check values) {
        if (keys == null && values == null) {
            return null;
        }
        return value -> {
            final MapData map = (MapData) value;
            if (map instanceof BinaryMapData) {
                return null;
            }
            final String refused = keys == null ? null : keys.refused(map.keyArray());
            return refused != null || values == null ? refused : values.refused(map.valueArray());
        };
    }

    private static Check row(RowType type) {
        final int fields = type.getFieldCount();
        final Check[] checks =
                type.getChildren().stream().map(BinaryRows::check).toArray(Check[]::new);
        final RowData.FieldGetter[] getters = new RowData.FieldGetter[fields];
        for (int i = 0; i < fields; i++) {
            getters[i] = RowData.createFieldGetter(type.getTypeAt(i).copy(true), i);
        }
        return value -> {
            final RowData row = (RowData) value;
            if (row.getArity() != fields) {
                return "a row of " + row.getArity() + " fields";
            }
            String refused = null;
            for (int i = 0; i < fields && refused == null && !(row instanceof BinaryFormat); i++) {
                final Object field = checks[i] == null ? null : getters[i].getFieldOrNull(row);
                refused = field == null ? null : checks[i].refused(field);
            }
            return refused;
        };
    }
}
