package dev.sinter.control.routing;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An HTTP/1.1 server that keeps every request's head byte for byte and answers with its own name; {@code /slow} takes two
 * seconds.
 */
final class RawServer implements AutoCloseable {
    private final String name;
    private final ServerSocket server;
    private final List<String> heads = new CopyOnWriteArrayList<>();
    private final List<Socket> connections = new CopyOnWriteArrayList<>();

    private RawServer(String name, ServerSocket server) {
        this.name = name;
        this.server = server;
    }

    static RawServer start(String name) throws IOException {
        return start(name, 0);
    }

    static RawServer start(String name, int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1024);
        RawServer server = new RawServer(name, socket);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    int port() {
        return server.getLocalPort();
    }

    List<String> heads() {
        return heads;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket connection = server.accept();
                connection.setTcpNoDelay(true);
                connections.add(connection);
                Thread.ofVirtual().start(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            String head = head(in);
            while (!head.isEmpty()) {
                heads.add(head);
                in.skipNBytes(contentLength(head));
                if (head.contains(" /slow ")) {
                    Thread.sleep(2_000);
                }
                String answer = "HTTP/1.1 200 Fine\r\nX-Served-BY: " + name + "\r\nServer: own\r\nContent-Length: "
                        + name.length() + "\r\n\r\n" + name;
                connection.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
                head = head(in);
            }
        } catch (IOException e) {
            // The client has gone, which ends the connection.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connections.remove(connection);
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            if (next < 0) {
                return "";
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static int contentLength(String head) {
        return head.lines()
                .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-length:"))
                .mapToInt(line ->
                        Integer.parseInt(line.substring(line.indexOf(':') + 1).trim()))
                .findFirst()
                .orElse(0);
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket connection : connections) {
            connection.close();
        }
    }
}
