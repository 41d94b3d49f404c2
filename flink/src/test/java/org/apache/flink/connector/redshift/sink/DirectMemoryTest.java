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

import org.apache.flink.connector.redshift.testing.OtherJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

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
                .contains("has 1048576 bytes", "no 1048576 bytes of direct memory left")
                .contains("public.trips", "taskmanager.memory.task.off-heap.size");
    }

    /** The main class of that JVM. */
    static final class Allocations {

        private Allocations() {}

        public static void main(String[] arguments) throws IOException {
            final ByteBuffer first = RowHandOver.allocate(1 << 20, "public.trips");
            try {
                final ByteBuffer second = RowHandOver.allocate(1 << 20, "public.trips");
                System.out.println("has " + (first.capacity() + second.capacity()) + " bytes");
            } catch (IOException error) {
                System.out.println("has " + first.capacity() + " bytes");
                System.out.println(error.getMessage());
            }
        }
    }
}
