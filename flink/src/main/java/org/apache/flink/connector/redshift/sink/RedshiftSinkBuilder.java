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

import org.apache.flink.annotation.PublicEvolving;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.catalog.Column;
import org.apache.flink.table.catalog.ResolvedSchema;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Builds a {@link RedshiftSink} from the SQL connector's options, a schema and a converter.
 *
 * @param <T> type of the stream's elements
 */
@PublicEvolving
public final class RedshiftSinkBuilder<T> {

    private final Map<String, String> options = new LinkedHashMap<>();
    private RowType rowType;
    private List<String> primaryKey = List.of();
    private boolean overwrite;
    private RedshiftRowConverter<T> converter;

    RedshiftSinkBuilder() {}

    /** Sets one option by its key, as in the WITH clause of a table. */
    public RedshiftSinkBuilder<T> setOption(String key, String value) {
        options.put(key, value);
        return this;
    }

    /** Sets one option by its constant in {@code RedshiftOptions}. */
    public <V> RedshiftSinkBuilder<T> setOption(ConfigOption<V> option, V value) {
        final Configuration configuration = new Configuration();
        configuration.set(option, value);
        options.putAll(configuration.toMap());
        return this;
    }

    /** Sets several options by their keys. */
    public RedshiftSinkBuilder<T> setOptions(Map<String, String> several) {
        options.putAll(several);
        return this;
    }

    /**
     * Sets the columns to write, by name, from a row type such as {@code DataTypes.ROW(...)}. They
     * are found in the target by name, whatever their order there.
     */
    public RedshiftSinkBuilder<T> setSchema(DataType row) {
        return setSchema(row.getLogicalType());
    }

    /** Sets the columns to write from a logical row type. */
    public RedshiftSinkBuilder<T> setSchema(LogicalType row) {
        if (!(row instanceof RowType)) {
            throw new ValidationException(
                    "The schema of a Redshift sink is a ROW of the columns to write, not "
                            + row.asSummaryString()
                            + ".");
        }
        rowType = (RowType) row;
        return this;
    }

    /** Sets the columns to write, and the primary key where there is one, from a table's schema. */
    public RedshiftSinkBuilder<T> setSchema(ResolvedSchema schema) {
        final ResolvedSchema physical =
                ResolvedSchema.of(schema.getColumns().stream().filter(Column::isPhysical).toList());
        schema.getPrimaryKey().ifPresent(key -> primaryKey = List.copyOf(key.getColumns()));
        return setSchema(physical.toPhysicalRowDataType());
    }

    /**
     * Sets the columns of the primary key, by which rows are updated and deleted. A schema set
     * later replaces it when it has a key of its own.
     */
    public RedshiftSinkBuilder<T> setPrimaryKey(String... columns) {
        primaryKey = List.of(columns);
        return this;
    }

    /**
     * Makes the sink replace the table's rows, in one transaction at the end of its input: the
     * INSERT OVERWRITE of SQL. For copy mode, and for jobs that end and commit at their end: in
     * batch mode, or without checkpoints.
     */
    public RedshiftSinkBuilder<T> setOverwrite(boolean replaceRows) {
        overwrite = replaceRows;
        return this;
    }

    /** Sets what turns an element into a row. */
    public RedshiftSinkBuilder<T> setConverter(RedshiftRowConverter<T> rowConverter) {
        converter = rowConverter;
        return this;
    }

    /**
     * Checks everything that can be checked without a network.
     *
     * @throws ValidationException naming what cannot work and what to set
     */
    public RedshiftSink<T> build() {
        if (rowType == null) {
            throw new ValidationException("A Redshift sink needs a schema: call setSchema.");
        }
        if (converter == null) {
            throw new ValidationException(
                    "A Redshift sink needs something that turns an element into a row: call setConverter.");
        }
        final SinkPlan plan = SinkPlan.make(options, rowType, primaryKey, overwrite);
        return plan.isCopy()
                ? new CopySink<>(plan, rowType, converter)
                : new InsertSink<>(plan, rowType, converter);
    }
}
