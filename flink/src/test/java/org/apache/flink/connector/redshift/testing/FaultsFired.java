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

package org.apache.flink.connector.redshift.testing;

import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

import java.sql.SQLException;
import java.util.List;

/**
 * Fails a test class that asked redshift-local for a fault that never fired. Its exit code, which
 * says the same, would come after the results. JUnit finds this by itself (META-INF/services,
 * junit-platform.properties).
 */
public final class FaultsFired implements AfterAllCallback {

    @Override
    public void afterAll(ExtensionContext context) throws SQLException {
        if (!LocalWarehouse.isRunning()) {
            return;
        }
        final LocalWarehouse warehouse = LocalWarehouse.shared();
        final List<List<String>> silent =
                warehouse.query(
                        "SELECT fault, pattern, asked FROM local.faults"
                                + " WHERE fired = 0 AND remaining > 0");
        if (!silent.isEmpty()) {
            // They must not hit the tests of other classes.
            warehouse.execute("SELECT local.clear_faults()");
            throw new AssertionError(
                    "Faults (with their pattern, and how often they could have fired) were asked"
                            + " for and never fired: "
                            + silent);
        }
    }
}
