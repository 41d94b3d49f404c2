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

package org.apache.flink.connector.redshift.table;

import org.apache.flink.annotation.Internal;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.connector.redshift.RedshiftOptions;
import org.apache.flink.table.api.ValidationException;
import org.apache.flink.table.connector.sink.DynamicTableSink;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.factories.DynamicTableSinkFactory;
import org.apache.flink.table.factories.DynamicTableSourceFactory;

import java.util.Set;

/**
 * Makes {@code 'connector' = 'redshift'} known to Flink SQL. Options and columns are checked by the
 * native engine, the same way for SQL and DataStream jobs, when a statement is planned.
 */
@Internal
public final class RedshiftDynamicTableFactory
        implements DynamicTableSinkFactory, DynamicTableSourceFactory {

    @Override
    public String factoryIdentifier() {
        return RedshiftOptions.IDENTIFIER;
    }

    @Override
    public Set<ConfigOption<?>> requiredOptions() {
        return RedshiftOptions.requiredOptions();
    }

    @Override
    public Set<ConfigOption<?>> optionalOptions() {
        return RedshiftOptions.optionalOptions();
    }

    /** Not by way of {@code FactoryUtil}: the engine knows every alias and says what is missing. */
    @Override
    public DynamicTableSink createDynamicTableSink(Context context) {
        return new RedshiftDynamicTableSink(
                context.getCatalogTable().getOptions(),
                context.getCatalogTable().getResolvedSchema());
    }

    @Override
    public DynamicTableSource createDynamicTableSource(Context context) {
        throw new ValidationException(
                "Reading from Redshift is not supported yet: "
                        + context.getObjectIdentifier().asSummaryString()
                        + " can only be written to (INSERT INTO).");
    }
}
