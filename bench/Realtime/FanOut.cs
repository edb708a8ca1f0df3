using SyncFunctions.Benchmarks.Servers;

namespace SyncFunctions.Benchmarks.Realtime;

/// <summary>A server that sends each change of a document to all who subscribe to that document, with its subscribers.</summary>
internal abstract class FanOut(ServerProcess server, HttpClient client) : IAsyncDisposable
{
    // So many connect at a time.
    private const int Batch = 50;

    private readonly List<Subscriber> subscribers = [];

    /// <summary>The number of connections to the server by which changes are made.</summary>
    protected const int Publishers = 32;

    /// <summary>Gets the server.</summary>
    public ServerProcess Server => server;

    /// <summary>Gets the number of subscribers.</summary>
    public int Count => subscribers.Count;

    /// <summary>Gets what is delivered to the subscribers.</summary>
    public Deliveries Deliveries { get; } = new();

    /// <summary>Gets the client by which changes are made.</summary>
    protected HttpClient Client => client;

    /// <summary>Connects subscribers until there are so many, an equal number for each of the documents.</summary>
    public async Task ConnectAsync(int count, int documents = 1)
    {
        foreach (int[] numbers in Enumerable.Range(subscribers.Count, count - subscribers.Count).Chunk(Batch))
        {
            Subscriber[] connected = await Task.WhenAll(numbers.Select(number => SubscribeAsync(number % documents)));
            foreach (Subscriber subscriber in connected)
            {
                _ = Task.Run(() => subscriber.ListenAsync(Deliveries));
            }

            subscribers.AddRange(connected);
        }
    }

    /// <summary>Changes a document, and returns when that is confirmed.</summary>
    /// <param name="stamp">The moment from which the change counts.</param>
    public abstract Task PublishAsync(int document, long stamp);

    public async ValueTask DisposeAsync()
    {
        subscribers.ForEach(subscriber => subscriber.Dispose());
        client.Dispose();
        await server.DisposeAsync();
    }

    protected abstract Task<Subscriber> SubscribeAsync(int document);
}
