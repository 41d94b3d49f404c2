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

import org.apache.flink.connector.redshift.testing.OtherJvm;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static org.assertj.core.api.Assertions.assertThat;

/** A machine that cannot load the native code says so at every try, and what to do. */
class NativeLibraryTest {

    @TempDir Path directory;

    @Test
    void failedLoadNamesTheCauseEachTimeAndIsTriedAgain() throws Exception {
        final Path missing = directory.resolve("not-there-yet");
        final OtherJvm.Result result =
                OtherJvm.run(
                        LoadTwice.class,
                        directory,
                        List.of(),
                        Map.of(
                                "java.io.tmpdir",
                                missing.toString(),
                                LoadTwice.DIRECTORY,
                                missing.toString()));
        assertThat(result.exitCode()).as(result.output()).isZero();
        final String message = "in " + missing + ". Point java.io.tmpdir to a directory that can";
        assertThat(result.output())
                .contains("plan 1: " + "Cannot create a directory", message)
                .contains("plan 2: " + "Cannot create a directory")
                .contains("writer: " + "Cannot create a directory")
                .contains("plan 3: made for public.t");
    }
}
