package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sinter.merger.TestImage.Tar;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReproducibleTest {

    @TempDir
    Path directory = Path.of("");

    @Test
    void twoProcessesThatShareNothingBuildOneDigest() throws IOException, InterruptedException {
        byte[] large = new byte[1_500_000];
        new Random(1).nextBytes(large);
        TreeMap<String, TestImage> images = new TreeMap<>();
        for (String name : List.of("a", "b", "c")) {
            images.put(
                    name,
                    TestImage.from(TestImage.python())
                            .label("ü", name)
                            .layer(new Tar()
                                    .file("app/app.py", "import flask # " + name)
                                    .file("data/" + name + "/ß", large)));
        }
        Path archive = TestImage.archive(directory.resolve("in.tar"), images);

        String first = merge(archive, "one", List.of("-XX:ActiveProcessorCount=1", "-Duser.timezone=UTC"));
        String second = merge(
                archive,
                "two",
                List.of(
                        "-XX:ActiveProcessorCount=4",
                        "-Duser.timezone=Asia/Kathmandu",
                        "-Duser.language=tr",
                        "-Dfile.encoding=ISO-8859-1"));

        assertThat(first).matches("sha256:[0-9a-f]{64} sha256:[0-9a-f]{64}\\s+");
        assertThat(second).isEqualTo(first);
    }

    private String merge(Path archive, String name, List<String> options) throws IOException, InterruptedException {
        return ForkedJvm.run(
                options,
                MergeOnce.class,
                directory.resolve("cache-" + name).toString(),
                "oci:" + directory.resolve(name) + ":v1",
                "a=docker-archive:" + archive + ":a",
                "b=docker-archive:" + archive + ":b",
                "c=docker-archive:" + archive + ":c");
    }
}
