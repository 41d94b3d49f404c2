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

package org.apache.flink.connector.redshift.internal;

import org.apache.flink.table.types.logical.IntType;
import org.apache.flink.table.types.logical.LogicalType;
import org.apache.flink.table.types.logical.RowType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The main class of {@link NativeLibraryTest}. */
final class LoadTwice {

    static final String DIRECTORY = "load.directory";

    private LoadTwice() {}

    public static void main(String[] arguments) throws Exception {
        plan(1);
        plan(2);
        try {
            NativeEngine.load();
        } catch (Exception error) {
            System.out.println("writer: " + error.getMessage());
        }
        Files.createDirectory(Path.of(System.getProperty(DIRECTORY)));
        plan(3);
    }

    private static void plan(int attempt) {
        try {
            final SinkPlan plan =
                    SinkPlan.make(
                            Map.of(
                                    "hostname",
                                    "h",
                                    "username",
                                    "u",
                                    "password",
                                    "p",
                                    "table-name",
                                    "t"),
                            RowType.of(new LogicalType[] {new IntType()}, new String[] {"id"}),
                            List.of(),
                            false);
            System.out.println("plan " + attempt + ": made for " + plan.table());
        } catch (RuntimeException error) {
            System.out.println("plan " + attempt + ": " + error.getMessage());
        }
    }
}
