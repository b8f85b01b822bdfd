package dev.sinter.control.setup;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerClientException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.Nullable;

/** Gives the engine a Python image: the official one where a registry answers, else one made of Debian packages. */
final class BaseImage {

    static final String OFFICIAL = "python:3.13-slim";

    private static final String SUITE = "bookworm";
    private static final int IMPORT_SECONDS = 180;
    private static final String CONTAINERFILE = """
            FROM scratch
            ADD base.tar /
            ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
            CMD ["python3"]
            """;

    /** Everything that decides what the assembled image holds; its digest is the image's tag. */
    private static final List<String> RECIPE = List.of(
            "--quiet",
            "--variant=minbase",
            "--include=python3,python3-pip,python-is-python3,ca-certificates",
            "--dpkgopt=path-exclude=/usr/share/doc/*",
            "--dpkgopt=path-exclude=/usr/share/man/*",
            "--dpkgopt=path-exclude=/usr/share/locale/*",
            // pip installs into the image's own Python, as it does in the official image.
            "--customize-hook=rm -f \"$1\"/usr/lib/python3.*/EXTERNALLY-MANAGED");

    private final Machine machine;
    private final Commands commands;
    private final Debian debian;

    BaseImage(Machine machine, Commands commands, Debian debian) {
        this.machine = machine;
        this.commands = commands;
        this.debian = debian;
    }

    record Base(String reference, String done) {}

    Base ensure(DockerClient client, Consumer<String> progress) {
        String present = find(client);
        if (present != null) {
            return new Base(present, "Base image present: " + present);
        }
        progress.accept("Asking for the base image " + OFFICIAL);
        String refusal = ImagePull.pull(client, OFFICIAL);
        if (refusal.isEmpty()) {
            return new Base(OFFICIAL, "Base image pulled: " + OFFICIAL);
        }
        assemble(client, progress, refusal);
        return new Base(
                assembledReference(),
                "Base image assembled from Debian " + SUITE + " packages, as no registry answered: "
                        + assembledReference());
    }

    /** The one the engine has, or null. */
    static @Nullable String find(DockerClient client) {
        return Stream.of(OFFICIAL, assembledReference())
                .filter(reference -> ImagePull.present(client, reference))
                .findFirst()
                .orElse(null);
    }

    static String assembledReference() {
        return "localhost/sinter/base:" + SUITE + "-"
                + digest(CONTAINERFILE + String.join("\n", RECIPE)).substring(0, 12);
    }

    private void assemble(DockerClient client, Consumer<String> progress, String refusal) {
        if (!machine.root() || !machine.debianLike()) {
            throw new SetupException(
                    "SNT0126",
                    "base image " + OFFICIAL + ": " + refusal + " (expected: a registry that answers, or root on a"
                            + " Debian-like system to assemble one). Maybe load it into the engine by hand:"
                            + " `docker load -i python-3.13-slim.tar`.");
        }
        if (machine.program("mmdebstrap") == null) {
            progress.accept("Installing " + String.join(", ", Debian.BASE_IMAGE_PACKAGES));
            debian.install(Debian.BASE_IMAGE_PACKAGES);
        }
        progress.accept("Assembling a base image from Debian packages (about 40 s, once)");
        Path tar = machine.cache().resolve("base-" + ProcessHandle.current().pid() + ".tar");
        try {
            List<String> argv = new ArrayList<>(List.of("mmdebstrap"));
            argv.addAll(RECIPE);
            argv.addAll(List.of(SUITE, tar.toString()));
            Commands.Finished made = commands.run(Duration.ofMinutes(10), Map.of("LC_ALL", "C"), argv);
            if (!made.ok()) {
                throw new SetupException(
                        "SNT0130",
                        "mmdebstrap: exit " + made.exitStatus() + " (expected: 0, a base image of Debian " + SUITE
                                + "). It said:\n" + made.tail(6) + "\nMaybe the package mirror does not answer, or the"
                                + " disk is full: it needs 1 GB in /tmp and " + machine.cache() + ".");
            }
            importInto(client, tar);
        } catch (IOException e) {
            throw new SetupException("SNT0130", "base image: " + e + " (expected: imported into the engine).", e);
        } finally {
            tar.toFile().delete();
        }
    }

    /** As a build from scratch: docker-java's import sends an empty body in place of the archive. */
    private static void importInto(DockerClient client, Path tar) throws IOException {
        Path context = tar.resolveSibling(tar.getFileName() + ".context");
        try {
            try (TarArchiveOutputStream out = new TarArchiveOutputStream(Files.newOutputStream(context))) {
                out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
                byte[] containerfile = CONTAINERFILE.getBytes(StandardCharsets.UTF_8);
                TarArchiveEntry entry = new TarArchiveEntry("Dockerfile");
                entry.setSize(containerfile.length);
                out.putArchiveEntry(entry);
                out.write(containerfile);
                out.closeArchiveEntry();
                out.putArchiveEntry(new TarArchiveEntry(tar, "base.tar"));
                Files.copy(tar, out);
                out.closeArchiveEntry();
            }
            try (InputStream in = Files.newInputStream(context)) {
                client.buildImageCmd(in)
                        .withTags(Set.of(assembledReference()))
                        .start()
                        .awaitImageId(IMPORT_SECONDS, TimeUnit.SECONDS);
            }
        } catch (DockerClientException e) {
            throw new IOException(e.getMessage(), e);
        } finally {
            Files.deleteIfExists(context);
        }
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
