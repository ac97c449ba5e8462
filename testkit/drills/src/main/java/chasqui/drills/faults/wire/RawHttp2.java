package chasqui.drills.faults.wire;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.codec.http2.DefaultHttp2DataFrame;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.DefaultHttp2HeadersFrame;
import io.netty.handler.codec.http2.Http2FrameCodecBuilder;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.handler.codec.http2.Http2HeadersFrame;
import io.netty.handler.codec.http2.Http2MultiplexHandler;
import io.netty.handler.codec.http2.Http2ResetFrame;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.codec.http2.Http2StreamChannelBootstrap;
import io.netty.util.ReferenceCountUtil;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// An HTTP/2 connection on which gRPC's framing is up to us. For one thread.
public final class RawHttp2 implements AutoCloseable {

  private static final int PATIENCE_SECONDS = 60;

  private final EventLoopGroup loop = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final String authority;
  private final Channel connection;

  public RawHttp2(String authority) {
    this.authority = authority;
    int colon = authority.lastIndexOf(':');
    connection = new Bootstrap().group(loop).channel(NioSocketChannel.class)
        .handler(new ChannelInitializer<>() {
          @Override
          protected void initChannel(Channel channel) {
            channel.pipeline().addLast(
                Http2FrameCodecBuilder.forClient().build(), new Http2MultiplexHandler(new ChannelInboundHandlerAdapter()));
          }
        })
        .connect(authority.substring(0, colon), Integer.parseInt(authority.substring(colon + 1)))
        .syncUninterruptibly().channel();
  }

  /// Opens a gRPC stream, writes these bytes as its body, does not end it, and answers how the server ends it: the gRPC
  /// status as a number, `reset` or `silence`.
  public String call(String method, byte[] body) {
    CompletableFuture<String> ended = new CompletableFuture<>();
    Http2StreamChannel stream = new Http2StreamChannelBootstrap(connection).handler(new End(ended)).open()
        .syncUninterruptibly().getNow();
    Http2Headers headers = new DefaultHttp2Headers().method("POST").scheme("http").path("/" + method).authority(authority)
        .add("content-type", "application/grpc").add("te", "trailers");
    var _ = stream.write(new DefaultHttp2HeadersFrame(headers, false));
    var _ = stream.writeAndFlush(new DefaultHttp2DataFrame(Unpooled.wrappedBuffer(body), false));
    try {
      return ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException never) {
      return "silence";
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    } finally {
      stream.close();
    }
  }

  /// gRPC's five bytes before a message: not compressed, and a length that need not be true.
  public static byte[] prefix(long length, int bodyBytes) {
    ByteBuf bytes = Unpooled.buffer(5 + bodyBytes).writeByte(0).writeInt((int) length).writeZero(bodyBytes);
    return bytes.array();
  }

  @Override
  public void close() {
    connection.close().syncUninterruptibly();
    loop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private static final class End extends ChannelInboundHandlerAdapter {
    private final CompletableFuture<String> ended;

    End(CompletableFuture<String> ended) {
      this.ended = ended;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object frame) {
      if (frame instanceof Http2HeadersFrame headers && headers.headers().contains("grpc-status")) {
        ended.complete(headers.headers().get("grpc-status").toString());
      } else if (frame instanceof Http2ResetFrame) {
        ended.complete("reset");
      }
      ReferenceCountUtil.release(frame);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
      if (event instanceof Http2ResetFrame) {
        ended.complete("reset");
      }
      ReferenceCountUtil.release(event);
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
      ended.complete("reset");
    }
  }
}
