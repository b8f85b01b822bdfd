package dev.sinter.merger.transport;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A directory for what one merge reads and writes; gone when closed. */
public final class Workspace implements AutoCloseable {

    private final Path directory;
    private final List<AutoCloseable> resources = new ArrayList<>();

    private Workspace(Path directory) {
        this.directory = directory;
    }

    public static Workspace in(Path parent) throws IOException {
        Files.createDirectories(parent);
        return new Workspace(Files.createTempDirectory(parent, "merge-"));
    }

    /** A new empty file. */
    public Path newFile(String suffix) throws IOException {
        return Files.createTempFile(directory, "", suffix);
    }

    /** Closes something together with this, before the files go. */
    <T extends AutoCloseable> T closeLater(T resource) {
        synchronized (resources) {
            resources.add(resource);
        }
        return resource;
    }

    @Override
    public void close() throws IOException {
        synchronized (resources) {
            for (AutoCloseable resource : resources) {
                try {
                    resource.close();
                } catch (Exception e) {
                    throw new IOException(e);
                }
            }
        }
        deleteTree(directory);
    }

    static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(dir);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
