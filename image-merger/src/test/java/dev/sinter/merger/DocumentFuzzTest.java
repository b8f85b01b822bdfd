package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sinter.merger.TestImage.Tar;
import dev.sinter.merger.oci.BytesBlob;
import dev.sinter.merger.oci.Descriptor;
import dev.sinter.merger.oci.Digest;
import dev.sinter.merger.oci.ImageConfig;
import dev.sinter.merger.oci.Json;
import dev.sinter.merger.oci.ManifestReader;
import dev.sinter.merger.oci.MediaTypes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/** Documents of images, damaged in ways that stay JSON and in ways that do not: read, or refused with a code. */
final class DocumentFuzzTest {

    private static final String[] WORDS = {
        "",
        "..",
        "/",
        "sha256:",
        "linux",
        "\u0000",
        "a=b",
        "=",
        "8080/tcp",
        "application/json",
        MediaTypes.INDEX,
        MediaTypes.LAYER_GZIP,
        "9".repeat(30),
        "sha256:" + "0".repeat(64),
        "../../x",
        "ü".repeat(300)
    };

    private static final TestImage IMAGE = TestImage.from(TestImage.python())
            .entrypoint("/bin/sh", "-c", "exec python3 app.py --port ${PORT:-8080}")
            .label("a", "b")
            .volume("/data")
            .user("www")
            .layer(new Tar().file("app/app.py", "import flask"));

    @Property(tries = 3000)
    void configs(@ForAll long seed) {
        Random random = new Random(seed);
        byte[] json = damaged(IMAGE.config(), random);
        readOrRefused(() -> ImageConfig.parse(json).platform());
    }

    @Property(tries = 3000)
    void manifestsAndIndexes(@ForAll long seed) {
        Random random = new Random(seed);
        Map<String, byte[]> blobs = new HashMap<>();
        ObjectNode manifest = Json.object().put("schemaVersion", 2).put("mediaType", MediaTypes.MANIFEST);
        manifest.set("config", put(blobs, MediaTypes.CONFIG, IMAGE.config()));
        ArrayNode layers = manifest.putArray("layers");
        IMAGE.layers().forEach(layer -> layers.add(put(blobs, MediaTypes.LAYER_TAR, layer)));
        byte[] damagedManifest = random.nextBoolean() ? damaged(Json.write(manifest), random) : Json.write(manifest);
        ObjectNode index = Json.object().put("schemaVersion", 2).put("mediaType", MediaTypes.INDEX);
        index.putArray("manifests").add(put(blobs, MediaTypes.MANIFEST, damagedManifest));
        byte[] root = damaged(Json.write(index), random);
        readOrRefused(() -> ManifestReader.read(
                "fuzz", new Descriptor(MediaTypes.INDEX, Digest.of(root), root.length), new ManifestReader.Blobs() {
                    @Override
                    public byte[] json(Descriptor descriptor) {
                        return descriptor.digest().equals(Digest.of(root)) ? root : found(descriptor);
                    }

                    @Override
                    public BytesBlob layer(Descriptor descriptor) {
                        return new BytesBlob(found(descriptor));
                    }

                    private byte[] found(Descriptor descriptor) {
                        return Objects.requireNonNullElse(
                                blobs.get(descriptor.digest().value()), new byte[0]);
                    }
                }));
    }

    @Property(tries = 150)
    void wholeArchives(@ForAll long seed) throws IOException {
        Random random = new Random(seed);
        Path directory = Files.createTempDirectory("sinter-fuzz");
        try {
            Path in = TestImage.archive(directory.resolve("in.tar"), TestImage.named("a", IMAGE, "b", IMAGE));
            byte[] tar = Files.readAllBytes(in);
            for (int i = random.nextInt(1, 40); i > 0; i--) {
                // The documents are small: aim where something is.
                int at = random.nextInt(tar.length);
                tar[at] = (byte) (tar[at] == 0 && random.nextInt(4) > 0 ? 0 : random.nextInt(256));
            }
            Files.write(in, tar);
            Path target = directory.resolve("out.tar");
            boolean read = readOrRefused(() -> new ImageMerger(MergerSettings.in(directory.resolve("cache")), null)
                    .merge(
                            new MergeRequest(
                                    "g",
                                    List.of(new Member("a", "docker-archive:" + in + ":a", Overrides.NONE, 8080)),
                                    List.of(),
                                    Tier.IN_PROCESS),
                            "docker-archive:" + target,
                            MergeProgress.NONE));
            assertThat(Files.exists(target)).isEqualTo(read);
        } finally {
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private interface Reading {
        void run() throws IOException;
    }

    private static boolean readOrRefused(Reading reading) {
        try {
            reading.run();
            return true;
        } catch (MergeException refused) {
            assertThat(refused.code()).startsWith("SNT02");
            assertThat(refused.problem()).as(refused.getMessage()).isNotEqualTo(MergeProblem.TRANSPORT_FAILED);
            return false;
        } catch (IOException e) {
            throw new AssertionError("no code", e);
        }
    }

    private static ObjectNode put(Map<String, byte[]> blobs, String mediaType, byte[] content) {
        String digest = Digest.of(content).value();
        blobs.put(digest, content);
        return Json.object().put("mediaType", mediaType).put("digest", digest).put("size", content.length);
    }

    private static byte[] damaged(byte[] json, Random random) {
        if (random.nextInt(4) == 0) {
            byte[] bytes = json.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            return bytes;
        }
        JsonNode tree = Json.read(json, "document");
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            damage(tree, random);
        }
        return Json.write(tree);
    }

    /** Replaces, removes or adds one value somewhere in the tree. */
    private static void damage(JsonNode tree, Random random) {
        List<JsonNode> containers = new ArrayList<>();
        collect(tree, containers);
        JsonNode at = containers.get(random.nextInt(containers.size()));
        if (at instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            String name = names.isEmpty() || random.nextInt(8) == 0
                    ? WORDS[random.nextInt(WORDS.length)]
                    : names.get(random.nextInt(names.size()));
            if (random.nextInt(4) == 0) {
                object.remove(name);
            } else {
                object.set(name, value(random));
            }
        } else if (at instanceof ArrayNode array) {
            if (!array.isEmpty() && random.nextBoolean()) {
                array.set(random.nextInt(array.size()), value(random));
            } else {
                array.add(value(random));
            }
        }
    }

    private static void collect(JsonNode node, List<JsonNode> containers) {
        if (node.isContainerNode()) {
            containers.add(node);
            node.forEach(child -> collect(child, containers));
        }
    }

    private static JsonNode value(Random random) {
        JsonNodeFactory json = JsonNodeFactory.instance;
        return switch (random.nextInt(9)) {
            case 0 -> json.nullNode();
            case 1 -> json.numberNode(random.nextLong());
            case 2 -> json.numberNode(random.nextGaussian());
            case 3 -> json.booleanNode(true);
            case 4 -> json.objectNode().put("a", 1);
            case 5 -> json.arrayNode().add(1).addNull();
            case 6 -> json.numberNode(-random.nextInt(3));
            default -> json.textNode(WORDS[random.nextInt(WORDS.length)]);
        };
    }
}
