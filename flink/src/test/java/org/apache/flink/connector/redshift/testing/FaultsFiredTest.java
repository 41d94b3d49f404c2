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

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class FaultsFiredTest {

    private final LocalWarehouse warehouse = LocalWarehouse.shared();

    @Test
    void faultThatNeverFiredFailsTheClassThatAskedForItAndNoOther() throws Exception {
        warehouse.execute("SELECT local.fault('deadlock', 1, 'nowhere')");
        assertThatThrownBy(() -> new FaultsFired().afterAll(null))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("[deadlock, nowhere, 0]");
        assertThatCode(() -> new FaultsFired().afterAll(null)).doesNotThrowAnyException();
    }
}
