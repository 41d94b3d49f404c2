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

import org.apache.flink.api.connector.sink2.WriterInitContext;
import org.apache.flink.connector.redshift.internal.HostEnvironment;
import org.apache.flink.connector.redshift.internal.NativeWriter;
import org.apache.flink.connector.redshift.internal.SinkPlan;
import org.apache.flink.connector.redshift.testing.LocalWarehouse;
import org.apache.flink.connector.redshift.testing.OtherJvm;
import org.apache.flink.metrics.groups.UnregisteredMetricsGroup;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.types.logical.BigIntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DirectMemoryTest {

    @TempDir Path directory;

    @Test
    void exhaustedDirectMemoryIsAnIoErrorThatNamesTheSetting() throws Exception {
        final OtherJvm.Result result =
                OtherJvm.run(
                        Allocations.class,
                        directory,
                        List.of("-XX:MaxDirectMemorySize=1m"),
                        Map.of());
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output())
                .contains("has 1048576 after 100", "no 1048576 bytes of direct memory left")
                .contains("public.trips", "taskmanager.memory.task.off-heap.size");
    }

    @Test
    void closedRowHandOverHasGivenItsMemoryBack() throws Exception {
        final LocalWarehouse warehouse = LocalWarehouse.shared();
        final String table = LocalWarehouse.newTable("memory");
        warehouse.execute("CREATE TABLE " + table + " (id BIGINT)");
        final RowType type = RowType.of(new LogicalType[] {new BigIntType()}, new String[] {"id"});
        final SinkPlan plan =
                SinkPlan.make(warehouse.options("copy", table), type, List.of(), false);
        final NativeWriter writer =
                NativeWriter.open(plan, HostEnvironment.NONE, "job", "attempt", 0, false);
        final RowHandOver<Long> rows =
                new RowHandOver<>(
                        plan,
                        type,
                        new CheckedConverter<>(GenericRowData::of, 1, table),
                        writer,
                        context());
        rows.add(1L);
        rows.close();
        rows.close();
        assertThatThrownBy(() -> rows.add(2L)).hasMessageContaining("segment has been freed");
        assertThatThrownBy(rows::finish).hasMessageContaining("This writer is closed");
    }

    /** Of a task that has neither metrics nor timers. */
    private static WriterInitContext context() {
        return (WriterInitContext)
                Proxy.newProxyInstance(
                        WriterInitContext.class.getClassLoader(),
                        new Class<?>[] {WriterInitContext.class},
                        (proxy, method, arguments) ->
                                method.getName().equals("metricGroup")
                                        ? UnregisteredMetricsGroup.createSinkWriterMetricGroup()
                                        : null);
    }

    /** The main class of that JVM. */
    static final class Allocations {

        private Allocations() {}

        public static void main(String[] arguments) throws IOException {
            final List<DirectMemory> closed = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                // Kept, so that no garbage collector can do the work of close().
                closed.add(DirectMemory.allocate(1 << 20, "public.trips"));
                closed.get(i).close();
                closed.get(i).close();
            }
            final DirectMemory first = DirectMemory.allocate(1 << 20, "public.trips");
            try {
                closed.add(DirectMemory.allocate(1 << 20, "public.trips"));
                System.out.println("has two");
            } catch (IOException error) {
                System.out.println("has " + first.segment().size() + " after " + closed.size());
                System.out.println(error.getMessage());
            }
        }
    }
}
