namespace SyncFunctions.Store;

/// <summary>
/// Lets one caller of this process at a time change a resource. Callers of other resources do not wait, however many there are. A gate is removed
/// with its last caller.
/// </summary>
internal sealed class ResourceGates
{
    private readonly Dictionary<(string Collection, string Id), Gate> gates = [];
    private readonly Lock sync = new();

    /// <summary>Waits for a resource's turn.</summary>
    /// <returns>Ends the turn when it is disposed.</returns>
    public async Task<IDisposable> EnterAsync(string collection, string id, CancellationToken cancellationToken)
    {
        Gate gate = Join((collection, id));
        try
        {
            await gate.Turn.WaitAsync(cancellationToken);
            return gate;
        }
        catch
        {
            Leave(gate);
            throw;
        }
    }

    private Gate Join((string Collection, string Id) resource)
    {
        lock (sync)
        {
            if (!gates.TryGetValue(resource, out Gate? gate))
            {
                gates.Add(resource, gate = new Gate(this, resource));
            }

            gate.Callers++;
            return gate;
        }
    }

    private void Leave(Gate gate)
    {
        lock (sync)
        {
            if (--gate.Callers == 0)
            {
                gates.Remove(gate.Resource);
                gate.Turn.Dispose();
            }
        }
    }

    private sealed class Gate(ResourceGates owner, (string Collection, string Id) resource) : IDisposable
    {
        public SemaphoreSlim Turn { get; } = new(1, 1);

        public (string Collection, string Id) Resource => resource;

        /// <summary>Gets or sets how many callers wait for a turn or have it; under the owner's lock.</summary>
        public int Callers { get; set; }

        public void Dispose()
        {
            Turn.Release();
            owner.Leave(this);
        }
    }
}
