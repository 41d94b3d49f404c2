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

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;

class InterruptWatchTest {

    @Test
    void interruptOfAThreadInsideANativeCallIsPassedOn() throws Exception {
        final CountDownLatch interrupted = new CountDownLatch(1);
        final CountDownLatch inside = new CountDownLatch(1);
        final Thread caller =
                new Thread(
                        () -> {
                            try (InterruptWatch watch =
                                    new InterruptWatch(interrupted::countDown)) {
                                watch.begin();
                                inside.countDown();
                                // Deaf to interrupts, as native code is.
                                while (interrupted.getCount() > 0) {
                                    Thread.onSpinWait();
                                }
                                watch.end();
                            } catch (IOException error) {
                                throw new UncheckedIOException(error);
                            }
                        });
        caller.start();
        inside.await();
        caller.interrupt();
        caller.join();
        interrupted.await();
    }
}
