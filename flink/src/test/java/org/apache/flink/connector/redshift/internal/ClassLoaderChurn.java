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

import java.io.File;
import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The main class of {@link ClassLoaderTest}: each fresh class loader plans, writes and commits. */
final class ClassLoaderChurn {

    private static final String LOADERS = "churn.loaders";
    private static final String OPTION = "churn.option.";

    private ClassLoaderChurn() {}

    static Map<String, String> properties(int loaders, Map<String, String> options) {
        final Map<String, String> properties = new HashMap<>();
        properties.put(LOADERS, String.valueOf(loaders));
        options.forEach((key, value) -> properties.put(OPTION + key, value));
        return properties;
    }

    public static void main(String[] arguments) throws Exception {
        final List<URL> connector = new ArrayList<>();
        final List<URL> others = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            final boolean ours = entry.endsWith("classes");
            (ours ? connector : others).add(new File(entry).toURI().toURL());
        }
        final int loaders = Integer.getInteger(LOADERS);
        final List<WeakReference<ClassLoader>> jobs = new ArrayList<>();
        // As on a TaskManager: Flink's classes once, the connector's in every job's loader.
        try (URLClassLoader flink =
                new URLClassLoader(
                        others.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            // Flink has set up logging before; the hook that ends it keeps the class loader it
            // finds.
            flink.loadClass("org.slf4j.LoggerFactory")
                    .getMethod("getLogger", String.class)
                    .invoke(null, "churn");
            for (int i = 0; i < loaders; i++) {
                try (URLClassLoader job =
                        new URLClassLoader(connector.toArray(new URL[0]), flink)) {
                    jobs.add(new WeakReference<>(job));
                    ((Runnable)
                                    job.loadClass(OneWrite.class.getName())
                                            .getDeclaredConstructor()
                                            .newInstance())
                            .run();
                }
                System.gc();
            }
        }
        // The last one may still be on this thread's stack.
        final long kept = jobs.stream().limit(loaders - 1).filter(job -> job.get() != null).count();
        System.out.println("class loaders kept " + kept);
        System.out.println("wrote from " + loaders + " class loaders");
        System.out.println("arrow mapped " + mapped("libflinkredshift_arrow.so"));
    }

    private static long mapped(String library) throws Exception {
        return Files.readAllLines(Path.of("/proc/self/maps")).stream()
                .filter(line -> line.contains(library) && line.contains(" r-xp "))
                .count();
    }

    /** What runs inside each class loader. */
    public static final class OneWrite implements Runnable {

        @Override
        public void run() {
            final Map<String, String> options = new HashMap<>();
            for (String name : System.getProperties().stringPropertyNames()) {
                if (name.startsWith(OPTION)) {
                    options.put(name.substring(OPTION.length()), System.getProperty(name));
                }
            }
            try {
                NativeWrites.writeAndCommit(options);
            } catch (Exception error) {
                throw new IllegalStateException(error);
            }
        }
    }
}
